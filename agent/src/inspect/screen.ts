import type { Inspection } from './inspection.js';
import { beside, oneLine, wrap } from './layout.js';
import type { ProcessEntry, Ranking, Tally } from './summary.js';
import { column, NARROWEST, table } from './table.js';

/** How many processes of one name are told apart. */
const PIDS_SHOWN = 3;

/** An inspection as lines of at most `columns` characters. */
export function screen(inspection: Inspection, columns: number): string[] {
  const width = Math.max(columns, NARROWEST);
  const { addresses, networks, localPorts, remotePorts, connections } = inspection;
  const block = (heading: string, rows: readonly Line[]) => ranked(heading, rows, connections, width);
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

function processName({ name, processes, pids }: ProcessEntry): string {
  const shown = oneLine(name);
  const [first] = pids;
  if (processes === 1) return `${shown}, pid ${first?.pid}`;
  const told = pids.slice(0, PIDS_SHOWN).map(({ pid, connections }) => `${pid} (${connections})`);
  const more = processes > told.length ? [`${processes - told.length} more`] : [];
  return `${shown}, pids ${[...told, ...more].join(', ')}`;
}

/** @param all what shares are taken of */
function ranked(heading: string, rows: readonly Line[], all: number, width: number): string[] {
  const of = (name: string, cell: (line: Line) => number | string | undefined) =>
    column(name, rows.map(cell));
  const count = of('count', ({ connections }) => connections);
  const share = of('share', ({ connections }) => percent(connections, all));
  const directions = rows.some(({ incoming }) => incoming !== undefined)
    ? [of('in', ({ incoming }) => incoming), of('out', ({ outgoing }) => outgoing)]
    : [];
  const choices = [[count, share, ...directions], [count, ...directions], [count]];
  return table(choices, [heading, ...rows.map(({ name }) => name)], width);
}

function percent(part: number, all: number): string {
  const share = (100 * part) / all;
  return share > 0 && share < 1 ? '<1%' : `${Math.round(share)}%`;
}
