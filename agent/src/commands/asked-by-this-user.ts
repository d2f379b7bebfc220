import type { IncomingMessage } from 'node:http';
import { askAgent } from '../control/client.js';
import { TYPED } from '../started.js';

/**
 * Asks the running agent, and says what to type where this user may not.
 * @param path of the route, with its query
 * @param command as it is typed
 * @returns its answer; `undefined` where no agent listens at the socket
 */
export async function askedByThisUser(
  socket: string,
  path: string,
  command: string,
  method: 'GET' | 'PUT' = 'GET',
): Promise<IncomingMessage | undefined> {
  try {
    return await askAgent(socket, path, method);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    throw new Error(`the agent at ${socket} may not be asked by this user; run: sudo ${TYPED} ${command}`, {
      cause: error,
    });
  }
}
