import { formatConfig } from '../config/format.js';
import type { AgentConfig } from '../config/load.js';
import { answer } from './answer.js';
import { disabledBy } from './disabled.js';

/** Prints the values in force, secrets hidden. */
export async function check(config: AgentConfig): Promise<void> {
  const disabled = disabledBy(process.env);
  await answer(`${disabled ? `# ${disabled}\n` : ''}${formatConfig(config)}`);
}
