import type { DiagLogger } from '@opentelemetry/api';

/** Runs a reading; a failure is told when it begins, not once a cycle, and gives nothing to observe. */
export type Attempt = <T>(read: () => Promise<T>) => Promise<T | undefined>;

/** @param what is missing while the reading fails, for the log */
export function tellOnce(diag: DiagLogger, what: string): Attempt {
  let failing = false;
  return async (read) => {
    try {
      const value = await read();
      if (failing) diag.info(`${what} can be read again`);
      failing = false;
      return value;
    } catch (error) {
      if (!failing) diag.error(`no ${what}: ${error instanceof Error ? error.message : String(error)}`);
      failing = true;
      return undefined;
    }
  };
}
