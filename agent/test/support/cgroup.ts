/** A cgroup for what a test starts, so that a systemd in it moves nothing of this machine's. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './until.js';

/** Below that of this process. */
export async function newCgroup(): Promise<string> {
  const { stdout } = await promisify(execFile)('findmnt', ['-n', '-t', 'cgroup2', '-o', 'TARGET']);
  const own = /^0::(.*)$/m.exec(await readFile('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
  return mkdtemp(join(stdout.split('\n')[0] as string, own, 'scout-agent-'));
}

/** Waits until the processes in it, which have been killed, are gone. */
export async function removeCgroup(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  let failure: unknown;
  await until(
    () =>
      rmdir(path).then(
        () => true,
        (error) => {
          failure = error;
          return false;
        },
      ),
    () => `being able to remove ${path}: ${failure}`,
  );
}
