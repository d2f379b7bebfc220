import { printable } from '../log.js';
import type { Inspection } from './inspection.js';
import { beside, wrap } from './layout.js';
import type { ProcessEntry, Ranking, Tally } from './summary.js';

/** Narrower, and names are broken into pieces that nobody reads. */
const NARROWEST = 24;

/** An IPv6 address. For longer names no column is left out; they are broken. */
const LONG_NAME = 39;

/** How many processes of one name are told apart. */
const PIDS_SHOWN = 3;

/** An inspection as lines of at most `columns` characters. */
export function screen(inspection: Inspection, columns: number): string[] {
  const width = Math.max(columns, NARROWEST);
  const { addresses, networks, localPorts, remotePorts, connections } = inspection;
  const block = (heading: string, rows: readonly Line[]) => table(heading, rows, connections, width);
  const groups = [
    [
      block(
        'remote address',
        lines(addresses, ({ address }) => address),
      ),
      block(
        'remote network',
        lines(networks, ({ network }) => network),
      ),
    ],
    [
      block(
        'local port of incoming',
        lines(localPorts, ({ port }) => String(port)),
      ),
      block(
        'remote port of outgoing',
        lines(remotePorts, ({ port }) => String(port)),
      ),
    ],
    [block('process', processLines(inspection))],
  ];
  const shown = groups
    .map((blocks) => blocks.filter((lines) => lines.length > 1))
    .filter((blocks) => blocks.length > 0)
    .map((blocks) => beside(blocks, width));
  const tables = shown.length > 0 ? ['', ...beside(shown, width)] : [];
  return [...head(inspection).flatMap((line) => wrap(line, width)), ...tables];
}

function head({
  host,
  time,
  connections,
  state,
  families,
  incoming,
  outgoing,
  states,
}: Inspection): string[] {
  const list = (counts: object) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const what = state === 'all' ? 'in any state' : state;
  return [
    `${host}, ${time}`,
    `${connections} ${what} (${list(families)}): ${incoming} incoming, ${outgoing} outgoing`,
    `in each state: ${list(states)}`,
  ];
}

/** One line of a table; one of those that are not in the ranking has no direction. */
interface Line extends Partial<Tally> {
  readonly name: string;
  readonly connections: number;
}

function lines<T extends { readonly connections: number } & Partial<Tally>>(
  { connections, distinct, top }: Ranking<T>,
  nameOf: (entry: T) => string,
): Line[] {
  const shown = top.reduce((sum, entry) => sum + entry.connections, 0);
  const rest = { name: `(${distinct - top.length} more)`, connections: connections - shown };
  const entries = top.map((entry) => ({ ...entry, name: nameOf(entry) }));
  return distinct > top.length ? [...entries, rest] : entries;
}

function processLines({ processes, state }: Inspection): Line[] {
  const { unheld, unknown } = processes;
  const others = [
    { name: state === 'established' ? '(waiting to be accepted)' : '(no process)', connections: unheld },
    { name: '(unknown)', connections: unknown },
  ];
  return [...lines(processes, processName), ...others.filter(({ connections }) => connections > 0)];
}

/** A process chooses its name; nothing in it may move the cursor. */
function processName({ name, processes, pids }: ProcessEntry): string {
  const shown = printable(name).replaceAll('\n', '\\u000a');
  const [first] = pids;
  if (processes === 1) return `${shown}, pid ${first?.pid}`;
  const told = pids.slice(0, PIDS_SHOWN).map(({ pid, connections }) => `${pid} (${connections})`);
  const more = processes > told.length ? [`${processes - told.length} more`] : [];
  return `${shown}, pids ${[...told, ...more].join(', ')}`;
}

/** Flush right, each with its heading as the first cell. */
type Column = readonly string[];

/**
 * Numbers first, names last, where a long one is broken and none is cut. Where it is narrow, columns are left out.
 * @param all what shares are taken of
 * @returns the heading, then the lines
 */
function table(heading: string, rows: readonly Line[], all: number, width: number): string[] {
  const column = (name: string, cell: (line: Line) => number | string | undefined): Column => {
    const cells = [name, ...rows.map((row) => String(cell(row) ?? ''))];
    const widest = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => text.padStart(widest));
  };
  const count = column('count', ({ connections }) => connections);
  const share = column('share', ({ connections }) => percent(connections, all));
  const directions = rows.some(({ incoming }) => incoming !== undefined)
    ? [column('in', ({ incoming }) => incoming), column('out', ({ outgoing }) => outgoing)]
    : [];
  const names = [heading, ...rows.map(({ name }) => name)];
  const longest = Math.min(LONG_NAME, Math.max(...names.map((name) => name.length)));
  const columns = [
    [count, share, ...directions],
    [count, ...directions],
  ].find((some) => widthOf(some) + longest <= width) ?? [count];
  return names.flatMap((name, line) => {
    const numbers = columns.map((cells) => `${cells[line]}  `).join('');
    const [first = '', ...others] = wrap(name, width - numbers.length);
    return [numbers + first, ...others.map((piece) => ' '.repeat(numbers.length) + piece)];
  });
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, [heading = '']) => sum + heading.length + 2, 0);
}

function percent(part: number, all: number): string {
  const share = (100 * part) / all;
  return share > 0 && share < 1 ? '<1%' : `${Math.round(share)}%`;
}
