/** Where the running agent is reached. */
import { join } from 'node:path';
import { firstSet } from '../config/from-environment.js';

/** Of a path that a Unix socket can have, without its closing zero: unix(7). */
export const MAX_BYTES = 107;

/**
 * The socket of an agent that keeps its state in a folder: in the runtime directory where systemd gives one, which is there
 * for as long as the service runs.
 */
export function socketPath(stateFolder: string, env: NodeJS.ProcessEnv = process.env): string {
  // systemd gives several separated by colons: systemd.exec(5), "RuntimeDirectory=".
  const [runtime = stateFolder] = firstSet(env, 'RUNTIME_DIRECTORY')?.value.split(':') ?? [];
  return socketIn(runtime);
}

export function socketIn(folder: string): string {
  return join(folder, 'agent.sock');
}

/** libuv of some versions cuts such a path short without a word. */
export function isTooLong(path: string): boolean {
  return Buffer.byteLength(path) > MAX_BYTES;
}
