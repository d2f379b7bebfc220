import { text } from 'node:stream/consumers';
import type { AgentConfig } from '../config/load.js';
import { agentPlaces } from './agent-places.js';
import { answer } from './answer.js';
import { askedByThisUser } from './asked-by-this-user.js';
import { typedFor } from './typed-for.js';

/**
 * Prints where the running agent's page is; with a token, a link that is good once.
 * @throws {Error} where no agent runs, or it shows no page
 */
export async function dashboard(config: AgentConfig): Promise<void> {
  const { socket } = agentPlaces(config);
  const response = await askedByThisUser(socket, '/dashboard');
  if (response === undefined)
    throw new Error(
      `no agent answers at ${socket}; one that does is started by: ${typedFor('run', config.file)}`,
    );
  await answer(`${(JSON.parse(await text(response)) as { link: string }).link}\n`);
}
