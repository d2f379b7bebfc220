import { text } from 'node:stream/consumers';
import type { AgentConfig } from '../config/load.js';
import type { AlertsAnswer } from '../control/alerts-routes.js';
import { TYPED } from '../started.js';
import { agentPlaces } from './agent-places.js';
import { answer } from './answer.js';
import { askedByThisUser } from './asked-by-this-user.js';

/**
 * Asks the running agent to tell nobody of anything for a while; judging goes on.
 * @param millis 0 ends the silence
 * @throws {Error} where no agent runs, or it judges nothing
 */
export async function silence(config: AgentConfig, millis: number): Promise<void> {
  const { socket } = agentPlaces(config);
  const until = millis === 0 ? 0 : Math.round(Date.now() + millis);
  const response = await askedByThisUser(socket, `/silence?until=${until}`, 'PUT');
  if (response === undefined)
    throw new Error(`no agent answers at ${socket}; one that does is started by: ${TYPED} run`);
  const { silencedUntil } = JSON.parse(await text(response)) as AlertsAnswer;
  await answer(
    silencedUntil === undefined
      ? 'not silent: alerts are told\n'
      : `silent until ${new Date(silencedUntil).toISOString()}: what fires and ends until then is not told; ${TYPED} silence off ends it\n`,
  );
}
