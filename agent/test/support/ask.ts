import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Asked {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
}

/** Asks what listens at a socket, and reads no more than the head of its answer. */
export async function ask(socketPath: string, path: string): Promise<Asked> {
  const request = get({ socketPath, path, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { request, response };
}

/** Asks and reads the answer to its end. */
export async function askAll(socketPath: string, path: string): Promise<{ status: number; body: string }> {
  const { response } = await ask(socketPath, path);
  return { status: response.statusCode as number, body: await text(response) };
}
