/** The agent as a process of its own, started as a user starts it, for one test at the longest. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { until } from './until.js';

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The test for which something is started, and with which it ends. Tests run side by side, so they hand themselves on. */
export type Test = Pick<TestContext, 'onTestFinished'>;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScoutAgent {
  readonly pid: number;
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Lines of the log that match. */
  logged(pattern: RegExp): string[];
  /** Waits for a line of the log. */
  untilLogged(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface Start {
  readonly args?: readonly string[];
  /** The whole environment beside PATH and a folder for the history. */
  readonly env?: Readonly<Record<string, string>>;
  /** The text of agent.env.yml. */
  readonly config?: string;
}

/** Starts the CLI; nothing of the surrounding environment but PATH reaches it, and its history is the test's own. */
export async function startScoutAgent(
  t: Test,
  { args = ['run'], env = {}, config = '' }: Start = {},
): Promise<ScoutAgent> {
  // Agents of other tests run beside this one.
  const ownPort =
    args[0] !== 'run' || /^dashboard:/m.test(config) ? '' : '\ndashboard: {listen: "127.0.0.1:0"}';
  const file = await configFile(t, `${config}${ownPort}`);
  return follow(
    t,
    spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env.PATH, SCOUT_AGENT_CONFIG: file, XDG_STATE_HOME: dirname(file), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Runs a command of the CLI to its end. */
export async function scoutAgent(
  t: Test,
  args: readonly string[],
  start: Omit<Start, 'args'> = {},
): Promise<Ended> {
  return (await startScoutAgent(t, { ...start, args })).ended;
}

/** Follows an agent that something else started; it is killed with the test. */
export function follow(t: Test, child: ChildProcess): ScoutAgent {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  t.onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const logged = (pattern: RegExp) => stderr.split('\n').filter((line) => pattern.test(line));
  return {
    pid: child.pid ?? Number.NaN,
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    logged,
    untilLogged: (pattern) =>
      until(
        () => logged(pattern).length > 0,
        () => `${pattern} in the log:\n${stderr}`,
      ),
    ended,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A file with this text in a folder of its own. */
export async function configFile(t: Test, text: string): Promise<string> {
  const file = join(await scratchFolder(t), 'agent.env.yml');
  await writeFile(file, text);
  return file;
}

/** A folder for one test at the longest. */
export async function scratchFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scout-agent-'));
  t.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
