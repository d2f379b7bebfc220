import { execFile } from 'node:child_process';

export interface Outcome {
  /** The exit code, or a name such as ENOENT where the command could not be run. */
  readonly code: number | string;
  /** Stdout and then stderr. */
  readonly output: string;
}

/** Runs a script of Node to its end, whatever that is. */
export function runScript(script: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? (error === null ? 0 : 'killed'), output: stdout + stderr });
    });
  });
}
