import { setTimeout as wait } from 'node:timers/promises';

/** A stop takes five seconds at most where everything it waits for returns; the unit's TimeoutStopSec= is ten. */
const STOP_MILLIS = 6_000;

/** So long what is under way on the thread pool may take once everything else has ended. */
const LAST_MILLIS = 500;
const LOOK_MILLIS = 20;

/**
 * Waits for a stop, and not for ever.
 * @returns what hangs; `undefined` where nothing does
 */
export async function hangingAfter(stop: Promise<void>): Promise<string | undefined> {
  const patience = wait(STOP_MILLIS, 'late' as const, { ref: false });
  const isLate = (await Promise.race([stop, patience])) === 'late';
  for (let waited = 0; onThreadPool() !== undefined && !isLate && waited < LAST_MILLIS; waited += LOOK_MILLIS)
    await wait(LOOK_MILLIS);
  return onThreadPool() ?? (isLate ? 'the thread of the history' : undefined);
}

/**
 * Ends this process at once, by the signal itself. `process.exit` would wait for the threads of the pool and of workers
 * (libuv, `uv_library_shutdown`), and one that reads from a FIFO or a dead disk never comes back. Only process 1 of a
 * container, which its own signals don't reach (pid_namespaces(7)), is left to `process.exit`.
 */
export function endBy(signal: NodeJS.Signals, code: number): never {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  process.exit(code);
}

/** The names of Node's requests that take a thread: those of files, and the resolver's. */
function onThreadPool(): string | undefined {
  const resources = process.getActiveResourcesInfo();
  if (resources.some((name) => name.startsWith('FSReq'))) return 'the reading or writing of a file';
  return resources.includes('GetAddrInfoReqWrap') ? 'the resolver of host names' : undefined;
}
