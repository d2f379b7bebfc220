import { readdirSync, readFileSync } from 'node:fs';

export interface MarkedProcess {
  pid: number;
  /** Arguments joined by spaces; empty for a process that is just being started. */
  command: string;
}

/**
 * Every live process that inherited the environment variable `name=value`, so that orphans and members of
 * another session are found too. A zombie has no environment any more and is not found.
 */
export function markedProcesses(name: string, value: string): MarkedProcess[] {
  const entry = `${name}=${value}`;
  return readdirSync('/proc')
    .filter((folder) => /^\d+$/.test(folder))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(entry))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }));
}

// Processes end while we look at them, and those of other users may not be read.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
