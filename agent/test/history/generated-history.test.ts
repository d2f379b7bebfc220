/** The generated servers that other tests, benchmarks and pictures are made of. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import type { Span } from '../../../test/support/calendar.js';
import {
  generatedCycles,
  generatedServer,
  type Incident,
  PATTERNS,
  type Pattern,
  type Server,
} from '../../../test/support/generated-history.js';
import type { Cycle, Sample } from '../../src/history/store.js';
import { startCounting } from '../support/counting.js';
import { scratchFolder } from '../support/scout-agent.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH: Span = { from: Date.UTC(2026, 0, 5), to: Date.UTC(2026, 1, 4) };
const SEEDS = [1, 2, 3, 4, 5];

function month(seed: number, pattern: Pattern, intervalMillis = 5 * MINUTE): [Server, Cycle[]] {
  const server = generatedServer(seed, pattern, MONTH);
  return [server, [...generatedCycles(server, { ...MONTH, intervalMillis })]];
}

function incident<Kind extends Incident['kind']>(
  { incidents }: Server,
  kind: Kind,
): Extract<Incident, { kind: Kind }> {
  const [only] = incidents;
  if (incidents.length !== 1 || only?.kind !== kind) throw new Error(`not one ${kind} alone`);
  return only as Extract<Incident, { kind: Kind }>;
}

const count = ({ samples }: Cycle): number => (samples[0] as Sample).value;

/** The lowest and the highest count of each day that has any. */
function days(cycles: readonly Cycle[]): { day: number; lowest: number; peak: number }[] {
  const found = new Map<number, { day: number; lowest: number; peak: number }>();
  for (const cycle of cycles) {
    const day = Math.floor(cycle.time / DAY);
    const { lowest, peak } = found.get(day) ?? { lowest: Number.POSITIVE_INFINITY, peak: 0 };
    const value = count(cycle);
    found.set(day, { day, lowest: Math.min(lowest, value), peak: Math.max(peak, value) });
  }
  return [...found.values()];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each(PATTERNS)('%s: the same seed gives the same month, another seed another one', (pattern) => {
  const [, cycles] = month(1, pattern);
  expect(month(1, pattern)[1]).toEqual(cycles);
  expect(month(2, pattern)[1].map(count)).not.toEqual(cycles.map(count));
});

test('its series are those that a running agent keeps', async (t) => {
  const folder = await scratchFolder(t);
  const { agent, receiver, proc } = await startCounting(t, {
    config: `interval: 1s\nhistory: {directory: ${folder}}`,
  });
  await receiver.untilTaken(1);
  await writeFile(join(proc.path, 'stat'), 'cpu  400 0 50 800 10 0 5 0 0 0\n');
  await receiver.untilTaken(receiver.taken.length + 2);
  await agent.stop();
  const database = new Database(join(folder, 'history.db'));
  const kept = database.prepare('SELECT name, unit, attributes FROM series').raw().all();
  database.close();
  const [, [first, second]] = month(1, 'ordinary') as [Server, [Cycle, Cycle]];
  const generated = second.samples.map(({ name, unit, attributes }) => [name, unit, attributes]);
  expect(generated.toSorted()).toEqual(kept.toSorted());
  expect(first.samples, 'before there is a difference to take').toEqual(first.samples.slice(0, 4));
});

test.each(SEEDS)('ordinary %i: days and nights, quieter weekends, and no value that can not be', (seed) => {
  const [{ peak, night }, cycles] = month(seed, 'ordinary');
  expect(cycles).toHaveLength((30 * DAY) / (5 * MINUTE));
  const weekday = ({ day }: { day: number }) => ![2, 3].includes(day % 7);
  const whole = days(cycles);
  const workdays = whole.filter(weekday);
  expect(workdays).toHaveLength(22);
  expect(mean(workdays.map(({ peak }) => peak)) / peak).toBeGreaterThan(0.9);
  expect(mean(workdays.map(({ peak }) => peak)) / peak).toBeLessThan(1.3);
  expect(mean(whole.map(({ lowest }) => lowest)) / peak).toBeGreaterThan(0.6 * night);
  expect(mean(whole.map(({ lowest }) => lowest)) / peak).toBeLessThan(1.2 * night);
  const weekends = whole.filter((day) => !weekday(day)).map(({ peak }) => peak);
  expect(mean(weekends)).toBeLessThan(0.9 * mean(workdays.map(({ peak }) => peak)));
  for (const { samples } of cycles.slice(1)) {
    const [total, ipv4, ipv6, closeWait, cpu, ...rates] = samples.map(({ value }) => value) as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (total !== ipv4 + ipv6 || !Number.isSafeInteger(total)) expect.fail(`${total}: ${ipv4} + ${ipv6}`);
    if (!Number.isSafeInteger(closeWait)) expect.fail(`${closeWait} in CLOSE_WAIT`);
    if (!(cpu > 0 && cpu <= 1)) expect.fail(`CPU ${cpu}`);
    if (rates.some((rate) => !(rate >= 0))) expect.fail(`rates ${rates}`);
  }
});

test.each(SEEDS)('leak %i: night for night more stay, and traffic does not', (seed) => {
  const [server, cycles] = month(seed, 'leak');
  const { from, connectionsPerHour } = incident(server, 'leak');
  const [, ordinary] = month(seed, 'ordinary');
  const without = days(ordinary);
  const nights = days(cycles).map(({ day, lowest }, i) => ({
    leaked: lowest - (without[i]?.lowest ?? Number.NaN),
    hours: Math.max(0, (day + 1) * DAY - from) / HOUR,
  }));
  for (const { leaked, hours } of nights) {
    expect(leaked).toBeLessThanOrEqual(hours * connectionsPerHour + 1);
    expect(leaked).toBeGreaterThanOrEqual((hours - 24) * connectionsPerHour - 1);
  }
  const [last, then] = [cycles, ordinary].map((those) => those.at(-1)?.samples.slice(4));
  expect(last).toEqual(then);
});

test.each(SEEDS)('spike %i: far over every other hour, with its traffic, and gone', (seed) => {
  const [server, cycles] = month(seed, 'spike', MINUTE);
  const { from, to } = incident(server, 'spike');
  const [, ordinary] = month(seed, 'ordinary', MINUTE);
  const within = (those: readonly Cycle[]) =>
    those.filter(({ time }) => time > from + 2 * MINUTE && time < to - 2 * MINUTE);
  const received = (those: readonly Cycle[]) => mean(those.map(({ samples }) => samples[5]?.value ?? 0));
  expect(mean(within(cycles).map(count)) / mean(within(ordinary).map(count))).toBeGreaterThan(2.4);
  expect(received(within(cycles)) / received(within(ordinary))).toBeGreaterThan(2.4);
  expect(cycles.filter(({ time }) => time >= to)).toEqual(ordinary.filter(({ time }) => time >= to));
});

test.each(SEEDS)('outage %i: hours without a cycle', (seed) => {
  const [server, cycles] = month(seed, 'outage');
  const { from, to } = incident(server, 'outage');
  expect(to - from).toBeGreaterThanOrEqual(3 * HOUR);
  expect(cycles.filter(({ time }) => time >= from && time < to)).toEqual([]);
  expect(cycles.find(({ time }) => time >= to)?.samples).toHaveLength(4);
});

test.each(SEEDS)('restart %i: begins with few connections, which come back within minutes', (seed) => {
  const [server, cycles] = month(seed, 'restart', MINUTE);
  const { to } = incident(server, 'restart');
  const [, ordinary] = month(seed, 'ordinary', MINUTE);
  const at = (those: readonly Cycle[], time: number) =>
    count(those.find((cycle) => cycle.time >= time) as Cycle);
  expect(at(cycles, to)).toBeLessThan(0.5 * at(ordinary, to));
  expect(at(cycles, to + 20 * MINUTE)).toBeGreaterThan(0.7 * at(ordinary, to + 20 * MINUTE));
});
