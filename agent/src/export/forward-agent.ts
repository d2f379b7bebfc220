import { Agent, type AgentOptions, type ClientRequest, type ClientRequestArgs } from 'node:http';
import { connect, isIP, type NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { proxyCredentials } from './proxy-credentials.js';

/** What Node's Agent does with a request; its types leave it out. Every agent for proxies begins here. */
interface Requests {
  addRequest(request: ClientRequest, options: ClientRequestArgs): void;
}

/**
 * Reaches http endpoints through a proxy, by requests in absolute form (RFC 9112, 3.2.2).
 *
 * http-proxy-agent 9 waits for as long as the kernel does for a proxy that doesn't answer.
 */
export class ForwardAgent extends Agent {
  readonly #proxy: URL;

  /** @param options `timeout` bounds the connection to the proxy */
  constructor(proxy: string, options: AgentOptions & { timeout: number }) {
    super(options);
    this.#proxy = new URL(proxy);
  }

  addRequest(request: ClientRequest, options: ClientRequestArgs): void {
    request.path = `http://${request.getHeader('host')}${request.path}`;
    for (const [name, value] of Object.entries(proxyCredentials(this.#proxy))) request.setHeader(name, value);
    const { hostname, port } = urlToHttpOptions(this.#proxy);
    const to = { ...options, host: hostname, port: port || (this.#isTls() ? 443 : 80) };
    (Agent.prototype as unknown as Requests).addRequest.call(this, request, to);
  }

  override createConnection(options: ClientRequestArgs): Duplex {
    if (!this.#isTls()) return connect(options as NetConnectOpts);
    const host = options.host ?? '';
    return tlsConnect({ ...(options as ConnectionOptions), servername: isIP(host) ? '' : host });
  }

  #isTls(): boolean {
    return this.#proxy.protocol === 'https:';
  }
}
