#!/usr/bin/env node
import './young-generation.js';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { AgentConfigError } from 'opentelemetry-instrumentation-tcp-connections';
import { locateConfig, nearest } from 'opentelemetry-instrumentation-tcp-connections/config';
import { TCP_STATES, type TcpState } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { answer } from './commands/answer.js';
import { parseDuration } from './config/duration.js';
import { loadConfig } from './config/load.js';
import { parseDate } from './date.js';
import { logToStderr, printable } from './log.js';
import { CHANNELS, type ChannelName } from './notify/channels/channel.js';
import { goToUsersFolder, TYPED } from './started.js';
import { AGENT_VERSION } from './version.js';

/** 78 is EX_CONFIG of sysexits.h, which a service manager can be told not to restart on. */
const EXIT = { ok: 0, failed: 1, usage: 2, badConfiguration: 78 } as const;

const STATES = [...TCP_STATES, 'all'] as const;

/** What --help or --version gave. */
let help = '';

const program = new Command(TYPED)
  .description("Counts this host's established TCP connections and ships the counts over OTLP.")
  .version(AGENT_VERSION)
  .option(
    '-c, --config <file>',
    'agent.env.yml (default: $SCOUT_AGENT_CONFIG, else /opt/scout-agent/agent.env.yml)',
    named,
  )
  .showHelpAfterError(`(see ${TYPED} --help)`)
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({
    writeErr: (text) => {
      process.stderr.write(printable(text));
    },
    writeOut: (text) => {
      help += text;
    },
  })
  .exitOverride();

/** Loads a command's own code only when it is asked for, so that the running agent carries no other's. */
program
  .command('run', { isDefault: true })
  .description('count every cycle and send the counts, until SIGTERM (the default)')
  .action(async () => {
    const { run } = await import('./commands/run.js');
    await run(await config());
  });
program
  .command('check')
  .description('check the configuration and print the values in force')
  .action(async () => {
    const { check } = await import('./commands/check.js');
    await check(await config());
  });
program
  .command('init')
  .description('write a commented agent.env.yml')
  .argument('[file]', 'where to; - prints it (default: the place that --config names)', named)
  .action(async (file?: string) => {
    const { init } = await import('./commands/init.js');
    await init(file ?? locateConfig(configPath(), process.env).file);
  });
program
  .command('once')
  .description('count once and print it')
  .option('--json', 'as JSON')
  .action(async ({ json = false }: { json?: boolean }) => {
    const { once } = await import('./commands/once.js');
    succeedIf(await once(await config(), { json }));
  });
program
  .command('verify')
  .description('count beside cat | awk, ss and netstat, and explain every difference')
  .action(async () => {
    const { verify } = await import('./commands/verify.js');
    succeedIf(await verify(await config()));
  });
program
  .command('inspect')
  .description('show who holds the connections: addresses, networks, ports, processes')
  .option('--json', 'as JSON')
  .option('--top <n>', 'how many of each to show', wholeNumber(1, 1_000), 10)
  .option('--state <name>', 'whose connections: a state, or all', state, 'established')
  .option(
    '--at <time>',
    'who held them when an alert fired, a date as 2026-01-31T12:00 (the message names it)',
    pointInTime,
  )
  .option('--watch [seconds]', 'look again and again, until Ctrl-C (default: 2)', wholeNumber(1, 3_600))
  .addOption(
    new Option(
      '--namespaces',
      "list the host's network namespaces instead, with their connections",
    ).conflicts(['top', 'state', 'watch', 'at']),
  )
  .action(async ({ json = false, watch, namespaces = false, at, ...options }: InspectFlags) => {
    if (namespaces) {
      const { inspectNamespaces } = await import('./commands/inspect-namespaces.js');
      return inspectNamespaces((await config()).proc, { json });
    }
    if (at !== undefined) {
      const { inspectAt } = await import('./commands/inspect-at.js');
      return inspectAt(await config(), { json, at });
    }
    const { inspect } = await import('./commands/inspect.js');
    await inspect(await config(), { ...options, json, watch: watch === true ? 2 : watch });
  });
program
  .command('export')
  .description('print the history that the agent keeps')
  .option(
    '--from <time>',
    'where it begins: a date, or how long ago as 7d (default: all that is kept)',
    pointInTime,
  )
  .option('--to <time>', 'where it ends, likewise (default: now)', pointInTime)
  .addOption(new Option('--format <name>', 'how it is written').choices(['csv', 'json']).default('csv'))
  .action(async ({ from = 0, to = Date.now(), format }: ExportFlags) => {
    const { exportHistory } = await import('./commands/export-history.js');
    await exportHistory(await config(), { from, to, format });
  });
program
  .command('rules')
  .description('print the alerts as a rule file for Prometheus')
  .action(async () => {
    const { rules } = await import('./commands/rules.js');
    await rules(await config());
  });
program
  .command('dashboard')
  .description("print where the running agent's page is, with a token as a link that is good once")
  .action(async () => {
    const { dashboard } = await import('./commands/dashboard.js');
    await dashboard(await config());
  });
program
  .command('alerts')
  .description("show the running agent's alerts, how their thresholds came about and how near they are")
  .option('--json', 'as JSON')
  .addOption(
    new Option(
      '--backtest <period>',
      'instead run the rules over so much of the history, as 30d, and tell what would have fired',
    )
      .argParser(period)
      .conflicts('json'),
  )
  .action(async ({ json = false, backtest }: { json?: boolean; backtest?: number }) => {
    if (backtest !== undefined) {
      const { backtest: run } = await import('./commands/backtest.js');
      return run(await config(), backtest);
    }
    const { alerts } = await import('./commands/alerts.js');
    await alerts(await config(), { json });
  });
program
  .command('silence')
  .description('tell nobody of any alert for a while; judging goes on')
  .argument('[period]', 'how long, as 2h, at most 30d; off ends it; nothing asks whether it is', (text) =>
    text === 'off' ? 0 : period(text),
  )
  .action(async (millis?: number) => {
    const { silence } = await import('./commands/silence.js');
    await silence(await config(), millis);
  });
program
  .command('notify-test')
  .description('send a real message by each channel under notify, and tell what the other side answered')
  .addArgument(new Argument('[channel]', 'only this one').choices(CHANNELS))
  .action(async (channel?: ChannelName) => {
    const { notifyTest } = await import('./commands/notify-test.js');
    succeedIf(await notifyTest(await config(), channel));
  });
program
  .command('install')
  .description('install the service for systemd, with a commented agent.env.yml')
  .option('--root <dir>', 'below another root folder, for packaging', named)
  .option('--dry-run', 'only print what would be done')
  .option('--processes', 'let the service see which processes hold the connections: two capabilities')
  .action(async ({ root, dryRun = false, processes = false }: InstallFlags) => {
    const { install } = await import('./commands/install.js');
    await install({ root, dryRun, processes, config: configPath() });
  });
program
  .command('uninstall')
  .description('stop and remove the service; an edited agent.env.yml and the history stay')
  .option('--root <dir>', 'below another root folder', named)
  .option('--purge', 'remove an edited agent.env.yml and the history too')
  .action(async ({ root, purge = false }: { root?: string; purge?: boolean }) => {
    const { uninstall } = await import('./commands/uninstall.js');
    await uninstall({ root, purge, config: configPath() });
  });

// An answer learns from its own write that it failed. Lines that `run` writes for nobody any more stop nothing: its
// terminal has gone away (EIO), or Ctrl-C has ended `tee` before the agent in `scout-agent 2>&1 | tee log`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
logToStderr();
process.exit(await main());

async function main(): Promise<number> {
  try {
    return await obey();
  } catch (error) {
    if (error instanceof AgentConfigError) {
      process.stderr.write(printable(`${error.message}\n`));
      return EXIT.badConfiguration;
    }
    process.stderr.write(
      printable(`scout-agent: ${error instanceof Error ? error.message : String(error)}\n`),
    );
    return EXIT.failed;
  }
}

async function obey(): Promise<number> {
  try {
    goToUsersFolder();
    refuseUnknownCommand();
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) return EXIT.usage;
    await answer(help);
  }
  return Number(process.exitCode ?? EXIT.ok);
}

/** Commander takes an unknown word for an argument of the default command, and `help` takes any. */
function refuseUnknownCommand(): void {
  const { operands } = program.parseOptions(process.argv.slice(2));
  const names = ['help', ...program.commands.map((command) => command.name())];
  const word = operands[0] === 'help' ? operands[1] : operands[0];
  if (word === undefined || names.includes(word)) return;
  const meant = nearest(word, names);
  program.error(`error: there is no command '${word}'${meant ? ` (did you mean '${meant}'?)` : ''}`);
}

/** An empty name would be that of the current folder. A shell gives it for a variable that is not set. */
function named(file: string): string {
  if (file === '') throw new InvalidArgumentError('It must name a file.');
  return file;
}

interface InspectFlags {
  json?: boolean;
  top: number;
  state: TcpState | 'all';
  watch?: number | true;
  at?: number;
  namespaces?: boolean;
}

interface ExportFlags {
  from?: number;
  to?: number;
  format: 'csv' | 'json';
}

interface InstallFlags {
  root?: string;
  dryRun?: boolean;
  processes?: boolean;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

function period(text: string): number {
  const millis = parseDuration(text);
  if (millis !== undefined && millis > 0 && millis <= 30 * 86_400_000) return millis;
  throw new InvalidArgumentError('It must be a duration with its unit, at most 30d, such as 2h or 30d.');
}

function pointInTime(text: string): number {
  const ago = parseDuration(text);
  const time = ago === undefined ? parseDate(text) : Date.now() - ago;
  if (time !== undefined) return time;
  throw new InvalidArgumentError(
    'It must be a date as 2026-01-31 or 2026-01-31T12:00, in UTC, or how long ago as 7d.',
  );
}

/** As the metrics name it, or as `ss` and `netstat` write it: TIME-WAIT, TIME_WAIT. */
function state(text: string): TcpState | 'all' {
  const name = text.toLowerCase().replaceAll('-', '_');
  const found = STATES.find((state) => state === name);
  if (found !== undefined) return found;
  const meant = nearest(name, STATES);
  throw new InvalidArgumentError(
    `Allowed: ${STATES.join(', ')}${meant ? ` (did you mean '${meant}'?)` : ''}.`,
  );
}

function config() {
  return loadConfig({ path: configPath() });
}

function configPath(): string | undefined {
  return program.opts<{ config?: string }>().config;
}

function succeedIf(good: boolean): void {
  process.exitCode = good ? EXIT.ok : EXIT.failed;
}
