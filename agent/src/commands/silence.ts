import type { AgentConfig } from '../config/load.js';
import { asked } from './alerts.js';
import { answer } from './answer.js';
import { typedFor } from './typed-for.js';

/**
 * Asks the running agent to tell nobody of anything for a while; judging goes on.
 * @param millis 0 ends the silence; `undefined` changes nothing
 * @throws {Error} where no agent runs, or it judges nothing
 */
export async function silence(config: AgentConfig, millis: number | undefined): Promise<void> {
  const until = millis && Math.round(Date.now() + millis);
  const { silencedUntil } =
    until === undefined
      ? await asked(config, '/alerts')
      : await asked(config, `/silence?until=${until}`, 'PUT');
  await answer(
    silencedUntil === undefined
      ? 'not silent: alerts are told\n'
      : `silent until ${new Date(silencedUntil).toISOString()}: what fires and ends until then is not told; ${typedFor('silence off', config.file)} ends it\n`,
  );
}
