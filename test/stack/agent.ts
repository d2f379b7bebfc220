import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COLLECTOR_OTLP_PORT } from './ports.js';
import { type Running, start } from './process.js';
import type { Stack } from './stack.js';

const CLI = fileURLToPath(new URL('../../agent/dist/cli.js', import.meta.url));

const CONFIG = `
interval: 1s
otlp:
  endpoint: http://127.0.0.1:${COLLECTOR_OTLP_PORT}
`;

/**
 * The agent as a user runs it, sending to the Collector of the same namespace every second.
 * @param more what its file says beside that
 */
export async function startAgent({ namespace, folder }: Stack, more = ''): Promise<Running> {
  const config = join(folder, 'agent.env.yml');
  await writeFile(config, CONFIG + more);
  return start(namespace, process.execPath, [CLI, 'run', '--config', config], {
    XDG_STATE_HOME: join(folder, 'state'),
  });
}
