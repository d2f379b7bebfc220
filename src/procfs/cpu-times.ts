import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The columns of the first line of `/proc/stat`, in their order, by the semantic conventions' `cpu.mode`, which has one
 * name for both kinds of interrupt (proc_stat(5); https://opentelemetry.io/docs/specs/semconv/registry/attributes/cpu/).
 * `guest` and `guest_nice` follow and are left out: the kernel has counted them under `user` and `nice` already
 * (account_guest_time in kernel/sched/cputime.c).
 */
const MODE_OF_COLUMN = [
  'user',
  'nice',
  'system',
  'idle',
  'iowait',
  'interrupt',
  'interrupt',
  'steal',
] as const;

/** What a CPU spends its time on. */
export type CpuMode = (typeof MODE_OF_COLUMN)[number];

/** Time that all CPUs together have spent in each mode since boot, in clock ticks. */
export type CpuTimes = Readonly<Record<CpuMode, number>>;

/**
 * Reads how all CPUs of the host have spent their time.
 * @throws {Error} where the file can't be read or is not in the form of proc_stat(5)
 */
export async function readCpuTimes(proc: string): Promise<CpuTimes> {
  const path = join(proc, 'stat');
  const [line = ''] = (await readFile(path, 'latin1')).split('\n', 1);
  const [name, ...ticks] = line.trim().split(/ +/);
  const times = Object.fromEntries(MODE_OF_COLUMN.map((mode) => [mode, 0])) as Record<CpuMode, number>;
  for (const [column, mode] of MODE_OF_COLUMN.entries()) times[mode] += Number(ticks[column]);
  if (name !== 'cpu' || !Object.values(times).every(Number.isSafeInteger)) {
    throw new Error(
      `${path} does not begin with the times of all CPUs: ${JSON.stringify(line.slice(0, 40))}`,
    );
  }
  return times;
}
