/** Writes the history that the tests look at, once for all test files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { writeHistory } from './history.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with 30 days of a server that leaks. */
    month: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const month = await mkdtemp(join(tmpdir(), 'month-'));
  await writeHistory(month, { seed: 1, pattern: 'leak', days: 30 });
  project.provide('month', month);
  return () => rm(month, { recursive: true });
}
