import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { netPath } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { countByHand } from './count-by-hand.js';

const exec = promisify(execFile);

/** Long enough for `netstat` on a host with a million connections. */
const TIMEOUT_MILLIS = 60_000;

/** Established connections by family, as one program counts them. */
export interface FamilyCounts {
  readonly ipv4: number;
  readonly ipv6: number;
}

/** A program that nobody here wrote and that counts the same. */
export interface Peer {
  readonly name: string;
  /** What a person types to get the same numbers. */
  readonly commands: readonly string[];
  count(): Promise<FamilyCounts>;
}

/** Counts both tables of a mounted proc file system. */
export function catAwk(proc: string): Peer {
  const command = (file: string) => countByHand([netPath(proc, file)], '01');
  return {
    name: 'cat | awk',
    commands: [command('tcp'), command('tcp6')],
    count: async () => ({ ipv4: await lines(command('tcp')), ipv6: await lines(command('tcp6')) }),
  };
}

/** Asks the kernel over netlink. Its families are those of the sockets, as in the two tables. */
export const ss: Peer = {
  name: 'ss',
  commands: ['ss -4Htn state established | wc -l', 'ss -6Htn state established | wc -l'],
  count: async () => ({
    ipv4: await lines('ss -4Htn state established | wc -l'),
    ipv6: await lines('ss -6Htn state established | wc -l'),
  }),
};

/** Reads both tables at once and names the family in its first column. */
export const netstat: Peer = {
  name: 'netstat',
  commands: ['netstat -tn | grep ESTABLISHED | wc -l'],
  async count() {
    const output = await shell('netstat -tn');
    const rows = output.split('\n').filter((row) => row.includes('ESTABLISHED'));
    const ipv6 = rows.filter((row) => row.startsWith('tcp6')).length;
    return { ipv4: rows.length - ipv6, ipv6 };
  },
};

/** Whether the shell finds a program of this name. */
export async function isInstalled(program: string): Promise<boolean> {
  return shell(`command -v ${program}`).then(
    () => true,
    () => false,
  );
}

async function lines(command: string): Promise<number> {
  return Number(await shell(command));
}

async function shell(command: string): Promise<string> {
  const { stdout } = await exec('/bin/sh', ['-c', command], {
    env: { ...process.env, LC_ALL: 'C' },
    timeout: TIMEOUT_MILLIS,
    maxBuffer: 512 * 1024 * 1024,
  });
  return stdout;
}
