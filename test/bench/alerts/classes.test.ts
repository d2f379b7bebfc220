/** What the server-months of each class are labelled with is so. */
import { expect, test } from 'vitest';
import { CLASSES, type IncidentClass, nameOf, serverMonth } from '../../../bench/alerts/classes.js';
import { judgedServer, type ServerMonth, seedOf, type Truth } from '../../../bench/alerts/server-month.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../support/calendar.js';
import { normalPeak } from '../../support/simulation/load.js';
import { type Point, simulate } from '../../support/simulation/points.js';
import type { Incident } from '../../support/simulation/server.js';

const NUMBERS = [0, 1, 2];
const named = CLASSES.map((of) => ({ of, name: nameOf(of) }));
const withIncident = CLASSES.filter((of): of is IncidentClass => of.incident !== undefined);

const months = (of: (typeof CLASSES)[number], numbers = NUMBERS) =>
  numbers.map((number) => serverMonth(of, 'training', number));
const label = ({ truth }: ServerMonth) => truth[0] as Truth;
const classesOf = (incident: string) => withIncident.filter((of) => of.incident === incident);

/** What the incident adds at each point: the noise of the server is the same without it. */
function added(
  month: ServerMonth,
  incidents: readonly Incident[],
  value: (point: Point) => number | undefined,
) {
  const { server, judged, stepMillis } = month;
  const kept = { ...server, incidents: server.incidents.filter((one) => !incidents.includes(one)) };
  const without = [...simulate(kept, { ...judged, stepMillis })];
  return [...simulate(server, { ...judged, stepMillis })].map((point, i) => {
    expect(without[i]?.time).toBe(point.time);
    return {
      time: point.time,
      value: (value(point) ?? Number.NaN) - (value(without[i] as Point) ?? Number.NaN),
    };
  });
}

test('no two classes have the same name', () => {
  expect(new Set(named.map(({ name }) => name)).size).toBe(CLASSES.length);
});

test('training and quoted share no seed', () => {
  const seeds = (set: 'training' | 'quoted') =>
    named.flatMap(({ name }) => Array.from({ length: 400 }, (_, number) => seedOf(set, name, number)));
  expect(seeds('training').every((seed) => (seed & 1) === 0)).toBe(true);
  expect(seeds('quoted').every((seed) => (seed & 1) === 1)).toBe(true);
  // A birthday in 2^31: some of 20,000 may be the same.
  expect(new Set(seeds('training')).size).toBeGreaterThan(CLASSES.length * 400 - 5);
});

test.each(named)('$name: the same number gives the same month, of another set another one', ({ of }) => {
  expect(serverMonth(of, 'training', 5)).toEqual(serverMonth(of, 'training', 5));
  const peaks = (set: 'training' | 'quoted') =>
    [5, 6, 7].map((number) => serverMonth(of, set, number).server.habits.receivedEach);
  expect(new Set([...peaks('training'), ...peaks('quoted')]).size).toBe(6);
});

test.each(named)('$name: four weeks by the hour end where the points begin', ({ of }) => {
  for (const month of months(of, [0])) {
    const { hours, points, stepMillis } = judgedServer(month);
    const times = [...points()].map(({ time }) => time);
    expect(month.judged.from).toBe(month.history.to);
    expect(hours.length).toBeGreaterThan(28 * 24 - 3);
    expect(hours.every(({ time }) => time % HOUR === 0 && time < month.judged.from)).toBe(true);
    expect(times.every((time) => time % stepMillis === 0 && time >= month.judged.from)).toBe(true);
    const cycles = (month.judged.to - month.judged.from) / stepMillis;
    expect(times.length / cycles).toBeGreaterThan(0.98);
  }
});

test.each(named)('$name: nothing is labelled but its incident and the gaps', ({ of }) => {
  for (const { truth, judged, server } of months(of)) {
    const labels = truth.filter(({ kind }) => kind !== 'gap');
    expect(labels).toHaveLength(of.incident === undefined ? 0 : 1);
    for (const { from, to, full } of labels) {
      expect(from).toBeGreaterThanOrEqual(judged.from + 2 * HOUR);
      expect(full).toBeLessThanOrEqual(to);
      expect(to).toBeLessThanOrEqual(judged.to);
      const meanwhile = server.incidents.filter((one) => one.from < to && one.to > from);
      expect(meanwhile.filter(({ kind }) => kind === 'gap' || kind === 'restart')).toEqual([]);
    }
    if (of.incident === undefined) expect(judged.to - judged.from).toBe(30 * DAY);
    const blind = server.incidents.filter(({ kind }) => kind === 'failed-scan');
    expect(blind.every(({ from, to }) => to - from <= 2 * MINUTE)).toBe(true);
  }
});

test.each([
  ['leak of 10 % an hour', 0.1, HOUR],
  ['leak of 5 % an hour', 0.05, HOUR],
  ['leak of 2 % a day', 0.02, DAY],
] as const)('%s: rises by that share of the normal peak', (incident, share, each) => {
  expect(classesOf(incident)).not.toHaveLength(0);
  for (const of of classesOf(incident)) {
    for (const month of months(of, [0])) {
      const { from, to } = label(month);
      const leaks = month.server.incidents.filter(({ kind }) => kind === 'leak');
      const peak = normalPeak(month.server.habits, from);
      for (const { time, value } of added(month, leaks, ({ established }) => established)) {
        if (Number.isNaN(value) || time >= to) continue;
        const expected = (share * peak * Math.max(0, time - from)) / each;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1);
      }
    }
  }
});

test.each([
  ['minimum at most 0.2', 0.05, 0.2],
  ['minimum 0.2 to 0.4', 0.2, 0.4],
  ['minimum 0.4 to 0.8', 0.4, 0.8],
] as const)('slow leak, %s: that is the daily minimum of a weekday without batches', (host, low, high) => {
  const classes = withIncident.filter((of) => of.host === host && of.kind.noise === 0.05);
  expect(classes).toHaveLength(1);
  for (const of of classes) {
    for (const { server, judged } of months(of, [0, 1, 2, 3])) {
      const { habits } = server;
      const calm = { ...habits, peak: 10_000, dayNoise: 0, wanderNoise: 0, weekend: 1, growth: 0, season: 0 };
      const day = { from: judged.from, to: judged.from + DAY, stepMillis: MINUTE };
      const ordinary = { seed: server.seed, habits: { ...calm, batches: [] }, incidents: [] };
      const counts = [...simulate(ordinary, day)].map(({ established }) => established as number);
      const ratio = Math.min(...counts) / Math.max(...counts);
      expect(ratio).toBeGreaterThan(low - 0.03);
      expect(ratio).toBeLessThan(high + 0.01);
    }
  }
});

test('a flood brings at least twice the normal peaks within a minute', () => {
  for (const of of classesOf('flood')) {
    for (const month of months(of)) {
      const { from, full } = label(month);
      const { habits, incidents } = month.server;
      const floods = incidents.filter(({ kind }) => kind === 'flood');
      const peak = normalPeak(habits, from);
      expect(full - from).toBeLessThanOrEqual(MINUTE);
      const first = (value: (point: Point) => number | undefined) =>
        added(month, floods, value).find(({ time }) => time >= full)?.value ?? 0;
      expect(first(({ established }) => established)).toBeGreaterThanOrEqual(Math.max(299, 2 * peak - 1));
      expect(first(({ receivedPerSecond }) => receivedPerSecond) / habits.receivedEach).toBeGreaterThan(
        1.99 * peak,
      );
      expect(month.stepMillis).toBe(10 * SECOND);
    }
  }
});

test('an idle flood brings connections and no bytes, and a transfer the opposite', () => {
  const total = (month: ServerMonth, kind: Incident['kind'], value: (point: Point) => number | undefined) => {
    const incidents = month.server.incidents.filter((one) => one.kind === kind);
    return added(month, incidents, value).find(({ time }) => time >= label(month).full)?.value ?? 0;
  };
  for (const of of classesOf('idle flood')) {
    for (const month of months(of)) {
      const peak = normalPeak(month.server.habits, label(month).from);
      expect(total(month, 'flood', ({ established }) => established)).toBeGreaterThanOrEqual(
        Math.max(299, peak - 1),
      );
      expect(total(month, 'flood', (point) => point.receivedPerSecond)).toBeLessThan(
        0.05 * peak * month.server.habits.receivedEach + 700,
      );
    }
  }
  for (const of of classesOf('heavy transfer out')) {
    for (const month of months(of)) {
      const normal = normalPeak(month.server.habits, label(month).from) * month.server.habits.transmittedEach;
      expect(total(month, 'transfer', (point) => point.transmittedPerSecond)).toBeGreaterThan(1.99 * normal);
      expect(total(month, 'transfer', ({ established }) => established)).toBe(0);
    }
  }
});

test('a past incident is in the history, within a week of the first point', () => {
  const [of] = CLASSES.filter(({ past, incident }) => past && incident === undefined);
  if (!of) throw new Error('no class has a past incident');
  for (const { server, judged } of months(of)) {
    const floods = server.incidents.filter(({ kind }) => kind === 'flood');
    expect(floods).toHaveLength(1);
    for (const { from, to } of floods) {
      expect(to).toBeLessThan(judged.from);
      expect(from).toBeGreaterThan(judged.from - 7 * DAY);
    }
  }
});
