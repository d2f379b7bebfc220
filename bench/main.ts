/**
 * `npm run bench`: what one count of both tables costs, beside the usual ways, in a network namespace of its own.
 *
 * --check  measures only what has a limit, and exits 1 with what missed it
 * --json   prints the figures as JSON
 */
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { missedLimits } from './limits.js';
import { type Measurement, measure, type Size } from './measure.js';
import { measureOwnSockets, OWN_SOCKETS } from './own-sockets.js';
import { table } from './table.js';

const { values: options } = parseArgs({ options: { check: { type: 'boolean' }, json: { type: 'boolean' } } });

const LARGE: Size = { tcp: 59_400, tcp6: 39_600, rounds: 31, times: 1 };
const EMPTY: Size = { tcp: 0, tcp6: 0, rounds: 31, times: 40 };
const GROWTH: Size[] = [
  { tcp: 6_000, tcp6: 4_000, rounds: 15, times: 10 },
  { tcp: 60_000, tcp6: 40_000, rounds: 15, times: 1 },
  { tcp: 240_000, tcp6: 160_000, rounds: 7, times: 1 },
];

const machine = {
  kernel: `Linux ${release()}`,
  cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}`,
  node: `Node ${process.version}`,
  date: new Date().toISOString().slice(0, 10),
};

const large = await progress(LARGE);
const empty = await progress(EMPTY);
const growth: Measurement[] = [];
if (!options.check) for (const size of GROWTH) growth.push(await progress(size));
const ownSockets = options.check ? [] : await measureOwnSockets();

const missed = missedLimits(large, empty);
if (options.json) {
  console.log(
    JSON.stringify({ machine, measurements: [large, empty, ...growth], ownSockets, missed }, undefined, 2),
  );
} else {
  console.log(`${Object.values(machine).join(', ')}\n`);
  for (const measurement of [large, empty, ...growth]) {
    console.log(`${title(measurement)}\n\n${rows(measurement)}\n`);
  }
  if (ownSockets.length > 0) {
    console.log(
      `one collection of an application that holds ${OWN_SOCKETS.toLocaleString('en')} sockets, and no other rows\n`,
    );
    const cells = ownSockets.map(({ name, wall, cpu, mainLoop }) => [
      name,
      ...[wall, cpu, mainLoop?.active, mainLoop?.longestPiece].map(number),
    ]);
    console.log(`${table(['', 'wall ms', 'CPU ms', 'main loop ms', 'longest piece ms'], cells)}\n`);
  }
}
if (options.check) {
  for (const limit of missed) console.error(`missed: ${limit}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

async function progress(size: Size): Promise<Measurement> {
  console.error(`measuring ${(size.tcp + size.tcp6).toLocaleString('en')} rows, ${size.rounds} rounds`);
  return measure(size);
}

function title({ rows, size }: Measurement): string {
  const split = `${size.tcp.toLocaleString('en')} in tcp, ${size.tcp6.toLocaleString('en')} in tcp6`;
  return (
    `${rows.toLocaleString('en')} rows${rows > 0 ? ` (${split})` : ''}, one count of both tables, ` +
    `median of ${size.rounds} interleaved runs; Node processes are warm`
  );
}

function number(value: number | undefined): string {
  return value?.toFixed(value < 100 ? 2 : 0) ?? '';
}

function rows({ results }: Measurement): string {
  return table(
    ['', 'wall ms', 'CPU ms', 'wall / cat', 'CPU / cat', 'main loop ms', 'longest piece ms'],
    results.map(({ name, wall, cpu, ofCat, mainLoop }) => [
      name,
      number(wall),
      number(cpu),
      ofCat.wall.toFixed(2),
      ofCat.cpu.toFixed(2),
      number(mainLoop?.active),
      number(mainLoop?.longestPiece),
    ]),
  );
}
