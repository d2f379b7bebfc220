import { formatConfig } from '../config/format.js';
import type { AgentConfig } from '../config/load.js';
import { serviceReads } from './agent-places.js';
import { answer } from './answer.js';
import { disabledBy } from './disabled.js';
import { environmentNotes } from './environment-notes.js';
import { shellValues } from './shell-values.js';

/** Prints the values in force, secrets hidden. */
export async function check(config: AgentConfig): Promise<void> {
  const disabled = disabledBy(process.env);
  const notes = environmentNotes(config, process.env).map(({ text }) => text);
  const ofShell = serviceReads(config.file) ? shellValues(config, process.env) : undefined;
  const comments = [disabled, ...notes, ofShell]
    .filter((text) => text !== undefined)
    .map((text) => `# ${text}\n`);
  await answer(`${comments.join('')}${formatConfig(config)}`);
}
