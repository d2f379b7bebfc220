import { once } from 'node:events';
import { onTestFailed, onTestFinished } from 'vitest';
import type { Namespace } from '../support/namespace.js';

export interface Running {
  /** Everything that it has written so far, to stdout and stderr. */
  output(): string;
  /** Resolves when it is gone. */
  readonly ended: Promise<unknown>;
  /** Ends it and waits until it is gone. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a command inside the namespace, for this test at the longest. */
export function start(
  namespace: Namespace,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Running {
  // Ends with the test's own process as well, whatever ended that.
  const child = namespace.spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const running: Running = {
    output: () => output,
    ended,
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
  onTestFinished(() => running.kill('SIGKILL'));
  onTestFailed(() => console.error(`--- ${command} ${args.join(' ')}\n${output.slice(-10_000)}`));
  return running;
}
