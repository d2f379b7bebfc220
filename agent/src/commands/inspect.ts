import { setTimeout } from 'node:timers/promises';
import type { TcpState } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import type { AgentConfig } from '../config/load.js';
import { type Inspection, inspect as look } from '../inspect/inspection.js';
import { wrap } from '../inspect/layout.js';
import { screen } from '../inspect/screen.js';
import { printable } from '../log.js';
import { WITH_SUDO } from '../started.js';
import { answer } from './answer.js';
import { columns } from './columns.js';

export interface InspectOptions {
  readonly json: boolean;
  readonly state: TcpState | 'all';
  readonly top: number;
  /** Look again each so many seconds, until a signal. */
  readonly watch?: number | undefined;
}

/** Where the terminal doesn't tell its size, as a serial line. */
const ROWS = 24;

/**
 * Prints who holds the connections.
 * @throws {Error} where neither family's table can be read
 */
export async function inspect(
  config: AgentConfig,
  { json, state, top, watch }: InspectOptions,
): Promise<void> {
  const { proc, loopback } = config;
  const inspection = () => look({ proc, loopback, state, top });
  if (watch !== undefined) await repeat(inspection, json, watch);
  else if (json) await answer(`${JSON.stringify(await inspection(), null, 2)}\n`);
  else await answer(text(linesOf(await inspection())));
}

async function repeat(inspection: () => Promise<Inspection>, json: boolean, seconds: number): Promise<void> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());
  const show = json ? showLine : process.stdout.isTTY && process.env.TERM !== 'dumb' ? redraw : showBlock;
  let last: Inspection | undefined;
  if (show === redraw) process.stdout.write(OTHER_SCREEN);
  try {
    do {
      last = await inspection();
      if (!(await show(last))) return;
      await setTimeout(seconds * 1_000, undefined, { signal: stopped.signal }).catch(() => {});
    } while (!stopped.signal.aborted);
  } finally {
    if (show === redraw) process.stdout.write(OWN_SCREEN);
  }
  if (show === redraw) await showBlock(last);
}

function showLine(inspection: Inspection): Promise<boolean> {
  return answer(`${JSON.stringify(inspection)}\n`);
}

function showBlock(inspection: Inspection): Promise<boolean> {
  return answer(`${text(linesOf(inspection))}\n`);
}

/** Control sequences of xterm, which terminals have in common: the alternate screen, which `less` and `watch` use too. */
const OTHER_SCREEN = '\x1b[?1049h';
const OWN_SCREEN = '\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** Draws over what is there, so that nothing flickers; what is lower than the screen is left out and told. */
async function redraw(inspection: Inspection): Promise<boolean> {
  const lines = linesOf(inspection).flatMap((line) => wrap(line, columns()));
  const rows = process.stdout.rows || ROWS;
  const hidden = lines.length - (rows - 1);
  const shown = hidden > 0 ? [...lines.slice(0, rows - 2), `(${hidden + 1} lines more; see --top)`] : lines;
  process.stdout.write(
    `${HOME}${shown.map((line) => `${printable(line)}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`,
  );
  return true;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf(inspection: Inspection): string[] {
  const width = columns();
  const notes = [...inspection.errors.map((message) => `not counted: ${message}`), ...unseen(inspection)];
  return [
    ...screen(inspection, width),
    ...notes.flatMap((note) => ['', ...wrap(note, width)]),
    ...(rootSeesMore(inspection) ? [WITH_SUDO] : []),
  ];
}

/** What was not seen, and why. */
function unseen(inspection: Inspection): string[] {
  const { connections, processes } = inspection;
  const { unknown, refused } = processes;
  if (unknown === 0) return [];
  const which = `The process of ${unknown} of ${connections} was not found`;
  if (rootSeesMore(inspection)) return [`${which}: other users' processes are for root to see. Type:`];
  return [
    refused > 0
      ? `${which}: other users' processes are seen with CAP_SYS_PTRACE, which root lacks here.`
      : `${which}: it ended meanwhile, or it runs outside of this container.`,
  ];
}

function rootSeesMore({ processes: { unknown } }: Inspection): boolean {
  return unknown > 0 && process.geteuid?.() !== 0;
}
