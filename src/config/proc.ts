import { posix } from 'node:path';
import type { ConfigProblem } from './error.js';

/** What a path of a proc file system has to be. */
export const PROC_FORM = 'must be an absolute path such as /proc or /host/proc';

export function isProcPath(path: string): boolean {
  return path.startsWith('/') && !path.includes('\0');
}

/** One text for one folder: only `/proc` itself is the reader's own, so `/proc/` may not pass for another. */
export function normalizeProcPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

/**
 * The proc file system that HOST_PROC names, where it is set. HOST_PROC is what gopsutil reads, and with it the
 * Collector's hostmetrics receiver.
 */
export function procFromEnvironment(env: NodeJS.ProcessEnv, problems: ConfigProblem[]): string | undefined {
  const path = env.HOST_PROC;
  if (!path) return undefined;
  if (isProcPath(path)) return normalizeProcPath(path);
  problems.push({ source: 'HOST_PROC', message: PROC_FORM });
  return undefined;
}
