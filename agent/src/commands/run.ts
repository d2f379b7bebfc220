import { constants } from 'node:os';
import { startAgent } from '../agent.js';
import type { AgentConfig } from '../config/load.js';
import { TerminalBranch } from '../export/terminal-branch.js';
import { log } from '../log.js';
import { disabledBy } from './disabled.js';
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
 * process at once, with 128 + its number.
 */
export async function run(config: AgentConfig): Promise<void> {
  const disabled = disabledBy(process.env);
  if (disabled !== undefined) {
    log.warn(disabled);
    return;
  }
  const stopped = stopSignal();
  log.info(
    config.file === undefined
      ? 'no agent.env.yml: running on the built-in defaults'
      : `configuration: ${config.file}`,
  );
  for (const { level, text } of environmentNotes(config, process.env)) log[level](text);
  const agent = await startAgent(config, process.stdout.isTTY ? [new TerminalBranch(process.stdout)] : []);
  log.info(`${await stopped}: collecting once more and stopping`);
  await agent.stop();
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      if (first === undefined) resolve(signal);
      else if (Date.now() - first > SAME_SIGNAL_MILLIS) {
        log.warn(`${signal} once more: ending without the last export`);
        process.exit(SIGNALLED + constants.signals[signal]);
      }
      first ??= Date.now();
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
