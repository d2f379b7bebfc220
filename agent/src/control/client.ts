import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { isTooLong } from './place.js';

/** An agent that has not begun to answer by then is taken for none. */
const PATIENCE_MILLIS = 10_000;

/** No socket, one that a killed agent has left, one that an agent is just closing, an agent that is silent. */
const NOBODY = ['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ECONNRESET', 'ABORT_ERR'];

/**
 * Asks the running agent.
 * @param path of the route, with its query
 * @returns its answer, as text; `undefined` where no agent listens at the socket
 * @throws {Error} with what the agent says where it refuses, and with the code EACCES where this user may not ask it
 */
export async function askAgent(
  socket: string,
  path: string,
  method: 'GET' | 'PUT' = 'GET',
): Promise<IncomingMessage | undefined> {
  if (isTooLong(socket)) return undefined;
  // Once the answer has begun, its reader learns of an error.
  const request = ask({ socketPath: socket, path, method }).on('error', () => {});
  request.end();
  try {
    const patience = AbortSignal.timeout(PATIENCE_MILLIS);
    const [response] = (await once(request, 'response', { signal: patience })) as [IncomingMessage];
    response.setEncoding('utf8');
    if (response.statusCode === 200) return response;
    throw new Error((JSON.parse(await text(response)) as { error: string }).error);
  } catch (error) {
    request.destroy();
    if (NOBODY.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
