import type { ChildProcess } from 'node:child_process';
import { onTestFailed, onTestFinished, vi } from 'vitest';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  stdout(): string;
  /** Waits for a line on stdout; rejects where the program ends without it. */
  untilPrinted(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<Ended>;
}

/** The environment of a child that a test starts: nothing of the surrounding one but where programs are. */
export function cleanEnvironment(variables: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, ...variables };
}

/** Follows a child with pipes for stdout and stderr; it is killed with the test. */
export function followProgram(child: ChildProcess): Program {
  let stdout = '';
  let stderr = '';
  let over = false;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      over = true;
      resolve({ code, signal, stdout, stderr });
    });
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  onTestFailed(() => console.error(`--- ${child.spawnargs.join(' ')}\n${stdout}${stderr}`));
  return {
    stdout: () => stdout,
    untilPrinted: async (pattern) => {
      await vi.waitUntil(() => pattern.test(stdout) || over, { timeout: 45_000, interval: 10 });
      if (!pattern.test(stdout)) throw new Error(`it ended without printing ${pattern}: ${stderr}`);
    },
    ended,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
