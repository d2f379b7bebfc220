import { openSync, readSync } from 'node:fs';

const account = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
const buffer = Buffer.alloc(64);

/**
 * CPU time of the main thread in milliseconds. Unlike the time on the wall it doesn't grow while another process has
 * the CPU, so it says what the thread does and not how busy the machine is.
 *
 * The kernel brings the account of the calling thread up to date when the process asks for its usage
 * (`thread_group_cputime` in kernel/sched/cputime.c); without that the file lags by up to a tick.
 */
export function mainThreadTime(): number {
  process.cpuUsage();
  const length = readSync(account, buffer, 0, buffer.length, 0);
  return Number.parseInt(buffer.toString('latin1', 0, length), 10) / 1e6;
}
