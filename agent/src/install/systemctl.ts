import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { UNIT } from './unit.js';

/** Whether systemd is this host's first process: sd_booted(3). */
export function systemdRuns(): boolean {
  return existsSync('/run/systemd/system');
}

/** Whether somebody has forbidden to start a unit: its file is a link to /dev/null then (systemctl(1), "mask"). */
export async function isMasked(path: string): Promise<boolean> {
  return (await readlink(path).catch(() => undefined)) === '/dev/null';
}

/** Whether the service starts at boot: systemctl(1), "is-enabled", fails where it doesn't. */
export function isEnabled(): Promise<boolean> {
  return systemctl('is-enabled', '--quiet', UNIT).then(
    () => true,
    () => false,
  );
}

/** @throws {Error} with what systemctl says, where it fails */
export async function systemctl(...args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('systemctl', args);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`systemctl ${args.join(' ')} failed: ${stderr?.trim() || message}`, { cause: error });
  }
}
