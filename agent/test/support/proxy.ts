/** A forward proxy on loopback that leads every host name to one port of 127.0.0.1. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Test } from './scout-agent.js';

export interface ForwardProxy {
  /** As in HTTPS_PROXY and HTTP_PROXY. */
  readonly url: string;
  /** What it was asked for: `CONNECT host:port`, or a method and an absolute URL. */
  readonly asked: string[];
  /** The credentials of each of these, where there were any. */
  readonly credentials: (string | undefined)[];
}

/** How the proxy treats CONNECT: leads on, refuses with a status, never says a word, or never comes to the end. */
export type Manners = 'lead on' | 'hang' | 'drip' | number;

export async function startProxy(
  t: Test,
  targetPort: number,
  manners: Manners = 'lead on',
): Promise<ForwardProxy> {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const note = ({ method, url, headers }: IncomingMessage) => {
    asked.push(`${method} ${url}`);
    credentials.push(headers['proxy-authorization']);
  };
  const server = createServer((incoming, answer) => {
    note(incoming);
    const { method, headers, url } = incoming;
    const path = new URL(url ?? '').pathname;
    const onward = request({ host: '127.0.0.1', port: targetPort, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    incoming.pipe(onward);
  });
  const open = new Set<Duplex>();
  server.on('connect', (incoming: IncomingMessage, client: Duplex) => {
    note(incoming);
    open.add(client);
    // Whoever gives up a tunnel may reset it.
    client.on('error', () => client.destroy());
    if (manners === 'hang') return;
    if (manners === 'drip') {
      client.write('HTTP/1.1 200 Connection established\r\nx-drip: ');
      const bytes = setInterval(() => client.write('a'), 100);
      client.once('close', () => clearInterval(bytes));
      return;
    }
    if (manners !== 'lead on') {
      client.end(`HTTP/1.1 ${manners} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const target = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    open.add(target);
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const)
      one.on('error', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    for (const socket of open) socket.destroy();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, credentials };
}
