import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as TlsAgent } from 'node:https';

/**
 * The exporter's timeout begins with the connection, and where not even a refusal comes back, the kernel tries for two
 * minutes. Longer than the usual interval, because a connection that is idle for so long is closed.
 */
const CONNECT_MILLIS = 15_000;

/** Where requests go, and by which way. */
export interface Reach {
  readonly url: string;
  /** The URL of the proxy before it, where there is one. */
  readonly proxy?: string | undefined;
  readonly tls?: Pick<AgentOptions, 'ca' | 'cert' | 'key'>;
  /** The time that a whole request may take. */
  readonly timeoutMillis: number;
  readonly keepAlive: boolean;
}

/** Node 20 knows no proxy variables; the code for them is loaded only where one applies. */
export async function createHttpAgent({
  url,
  proxy,
  tls,
  timeoutMillis,
  keepAlive,
}: Reach): Promise<HttpAgent> {
  const options = { keepAlive, timeout: CONNECT_MILLIS };
  const isTls = url.startsWith('https:');
  if (proxy === undefined) return isTls ? new TlsAgent({ ...options, ...tls }) : new HttpAgent(options);
  if (isTls) {
    const { TunnelAgent } = await import('./tunnel-agent.js');
    // Half of the time: the message that it is the proxy who is silent comes before the one of the whole export.
    return new TunnelAgent(proxy, Math.min(CONNECT_MILLIS, timeoutMillis / 2), { ...options, ...tls });
  }
  const { ForwardAgent } = await import('./forward-agent.js');
  return new ForwardAgent(proxy, options);
}
