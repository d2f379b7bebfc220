/** An HTTP server that answers as a test says, and keeps what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Test } from '../support/scout-agent.js';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers one request; one that never does hangs. */
export type Answering = (response: ServerResponse, received: Received) => void;

export const takes: Answering = (response) => response.end('ok');
export const says =
  (status: number, headers: Record<string, string> = {}, body = ''): Answering =>
  (response) =>
    response.writeHead(status, headers).end(body);
export const hangs: Answering = () => {};
export const cuts: Answering = (response) => response.destroy();
/** As a mail server greets. */
export const speaksSmtp: Answering = (response) => response.socket?.end('220 mx ESMTP\r\n');

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** From the next request on. */
  answer: Answering;
}

export async function startReceiver(t: Test, answer: Answering = takes): Promise<Receiver> {
  const receiver = { url: '', received: [] as Received[], answer };
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const received = { method, path: url, headers, body: await text(request) };
    receiver.received.push(received);
    receiver.answer(response, received);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
  return receiver;
}
