import { startAgent } from '../agent.js';
import type { AgentConfig } from '../config/load.js';
import { TerminalBranch } from '../export/terminal-branch.js';
import { log } from '../log.js';

/**
 * A terminal sends Ctrl-C to npm and to the agent, and npm passes it on, so one key arrives twice. Only a later signal
 * means that somebody doesn't want to wait.
 */
const SAME_SIGNAL_MILLIS = 1_000;

/** Counts until SIGTERM or SIGINT. */
export async function run(config: AgentConfig): Promise<void> {
  if (process.env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') {
    log.warn('OTEL_SDK_DISABLED=true: nothing is counted');
    return;
  }
  const stopped = stopSignal();
  log.info(
    config.file === undefined
      ? 'no agent.env.yml: running on the built-in defaults'
      : `configuration: ${config.file}`,
  );
  const agent = await startAgent(config, process.stdout.isTTY ? [new TerminalBranch(process.stdout)] : []);
  log.info(`${await stopped}: collecting once more and stopping`);
  await agent.stop();
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      if (first === undefined) resolve(signal);
      else if (Date.now() - first > SAME_SIGNAL_MILLIS) process.exit(1);
      first ??= Date.now();
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}
