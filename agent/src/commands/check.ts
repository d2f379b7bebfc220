import { formatConfig } from '../config/format.js';
import type { AgentConfig } from '../config/load.js';
import { answer } from './answer.js';
import { disabledBy } from './disabled.js';
import { environmentNotes } from './environment-notes.js';

/** Prints the values in force, secrets hidden. */
export async function check(config: AgentConfig): Promise<void> {
  const disabled = disabledBy(process.env);
  const notes = environmentNotes(config, process.env).map(({ text }) => text);
  const comments = [...(disabled ? [disabled] : []), ...notes].map((text) => `# ${text}\n`);
  await answer(`${comments.join('')}${formatConfig(config)}`);
}
