import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { startAgent } from '../agent.js';
import type { AgentConfig } from '../config/load.js';
import { TerminalBranch } from '../export/terminal-branch.js';
import { log } from '../log.js';
import { disabledBy } from './disabled.js';
import { endBy, hangingAfter } from './ending.js';
import { environmentNotes } from './environment-notes.js';

/**
 * A terminal sends Ctrl-C to npm and to the agent, and npm passes it on, so one key arrives twice. Only a later signal
 * means that somebody doesn't want to wait.
 */
const SAME_SIGNAL_MILLIS = 1_000;

/** As shells report a process that a signal ended (POSIX, "Exit Status for Commands", and bash): 130 for SIGINT. */
const SIGNALLED = 128;

/**
 * Counts until SIGTERM, SIGINT or SIGHUP, which comes as its terminal goes away; another one while it stops ends the
 * process at once, with 128 + its number as shells see it.
 */
export async function run(config: AgentConfig): Promise<void> {
  const disabled = disabledBy(process.env);
  if (disabled !== undefined) {
    log.warn(disabled);
    return;
  }
  const stopped = stopSignal();
  await nameProcess();
  log.info(
    config.file === undefined
      ? 'no agent.env.yml: running on the built-in defaults'
      : `configuration: ${config.file}`,
  );
  for (const { level, text } of environmentNotes(config, process.env)) log[level](text);
  const starting = startAgent(config, process.stdout.isTTY ? [new TerminalBranch(process.stdout)] : []);
  const signal = await Promise.race([stopped, starting.then(() => stopped)]);
  log.info(`${signal}: collecting once more and stopping`);
  const hanging = await hangingAfter(starting.then((agent) => agent.stop()));
  if (hanging === undefined) return;
  const { directory } = config.history;
  const places = `proc is ${config.proc}, the history in ${directory}`;
  log.warn(`${signal}: ending without waiting for ${hanging}, which hangs; ${places}`);
  endBy(signal, 0);
}

/**
 * `ps` and `top` then show it under its name instead of `node`, or of `MainThread` from Node 24 on. Other than by
 * `process.title` its command line stays. proc_pid_comm(5): at most 15 characters.
 */
async function nameProcess(): Promise<void> {
  await writeFile('/proc/self/comm', 'scout-agent').catch(() => {});
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      if (first === undefined) resolve(signal);
      else if (Date.now() - first > SAME_SIGNAL_MILLIS) {
        log.warn(`${signal} once more: ending without the last export`);
        endBy(signal, SIGNALLED + constants.signals[signal]);
      }
      first ??= Date.now();
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
