import type { IncomingMessage } from 'node:http';
import { askAgent } from '../control/client.js';
import { WITH_SUDO } from '../started.js';

/**
 * Asks the running agent, and says what to type where this user may not.
 * @param path of the route, with its query
 * @returns its answer; `undefined` where no agent listens at the socket
 */
export async function askedByThisUser(
  socket: string,
  path: string,
  method: 'GET' | 'PUT' = 'GET',
): Promise<IncomingMessage | undefined> {
  try {
    return await askAgent(socket, path, method);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    throw new Error(`the agent at ${socket} may not be asked by this user; run: ${WITH_SUDO}`, {
      cause: error,
    });
  }
}
