import { setTimeout as sleep } from 'node:timers/promises';

/** Far beyond what anything here takes on a busy machine: only a test that fails waits this long. */
const PATIENCE_MILLIS = 45_000;

/** Waits for a condition; rejects where it never comes. */
export async function until(condition: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MILLIS; !(await condition()); ) {
    if (Date.now() > end) throw new Error(`${PATIENCE_MILLIS} ms passed without ${what()}`);
    await sleep(5);
  }
}
