import { type CpuMode, type CpuTimes, readCpuTimes } from './cpu-times.js';

/** Shares of the time of all CPUs by what they spent it on; they add up to 1. */
export type CpuUtilization = Readonly<Record<CpuMode, number>>;

/**
 * Between two readings that are nearer than this, a few ticks of 10 ms would be most of the difference. Shorter than the
 * shortest interval of a second, from which timers stray: of two cycles that are 999 ms apart, each is to have its own.
 */
const SHORTEST_MILLIS = 750;

interface Snapshot {
  readonly takenAt: number;
  readonly times: CpuTimes;
  /** Over the time since the snapshot before; absent in the first. */
  readonly utilization?: CpuUtilization;
}

/** One for each proc file system, shared by all who ask, so that two readers see equal values. */
const snapshots = new Map<string, Promise<Snapshot>>();

/**
 * How the CPUs were used since the last reading, which is at least 750 ms old; who asks sooner gets the same answer.
 * @returns undefined where there is no earlier reading yet
 * @throws {Error} where `<proc>/stat` can't be read
 */
export async function readCpuUtilization(proc: string): Promise<CpuUtilization | undefined> {
  const last = snapshots.get(proc);
  const next =
    last === undefined
      ? take(proc)
      : last.then(
          (before) => refresh(proc, before),
          () => take(proc),
        );
  snapshots.set(proc, next);
  return (await next).utilization;
}

async function refresh(proc: string, before: Snapshot): Promise<Snapshot> {
  return performance.now() - before.takenAt < SHORTEST_MILLIS ? before : take(proc, before.times);
}

async function take(proc: string, before?: CpuTimes): Promise<Snapshot> {
  const times = await readCpuTimes(proc);
  const taken = { takenAt: performance.now(), times };
  const utilization = before && shares(before, times);
  return utilization === undefined ? taken : { ...taken, utilization };
}

/** The kernel's `iowait` may go back (proc_stat(5)); a mode that did has no share. */
function shares(before: CpuTimes, after: CpuTimes): CpuUtilization | undefined {
  const modes = Object.keys(after) as CpuMode[];
  const spent = modes.map((mode) => [mode, Math.max(0, after[mode] - before[mode])] as const);
  const all = spent.reduce((sum, [, ticks]) => sum + ticks, 0);
  if (all === 0) return undefined;
  return Object.fromEntries(spent.map(([mode, ticks]) => [mode, ticks / all])) as CpuUtilization;
}
