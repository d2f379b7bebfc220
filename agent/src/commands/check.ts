import { formatConfig } from '../config/format.js';
import type { AgentConfig } from '../config/load.js';
import { tlsFilesFromEnvironment } from '../export/tls-files.js';
import { answer } from './answer.js';
import { disabledBy } from './disabled.js';

/**
 * Prints the values in force, secrets hidden.
 * @throws {AgentConfigError} for what only shows when the exporter is built
 */
export async function check(config: AgentConfig): Promise<void> {
  if (config.otlp !== undefined) await tlsFilesFromEnvironment(process.env);
  const disabled = disabledBy(process.env);
  await answer(`${disabled ? `# ${disabled}\n` : ''}${formatConfig(config)}`);
}
