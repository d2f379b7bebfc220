import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Pattern, Server } from '../support/generated-history.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/write-history.mjs', import.meta.url));

/** Writes the history of a generated server until now into a folder. */
export async function writeHistory(
  directory: string,
  { seed, pattern, days }: { seed: number; pattern: Pattern; days: number },
): Promise<Server> {
  const options = { seed, pattern, days, directory };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args]);
  return JSON.parse(stdout);
}
