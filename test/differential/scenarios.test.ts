/** The scenarios hold what the two engines could differ in. */
import { expect, test } from 'vitest';
import { DAY, HOUR } from '../support/calendar.js';
import { CI_SCENARIOS, type Hourly, SCENARIOS, STEP, type TenSeconds } from './scenarios.js';

const tenSeconds = SCENARIOS.filter((one): one is TenSeconds => one.kind === 'ten-seconds over 25 h');
const hourly = SCENARIOS.filter((one): one is Hourly => one.kind === 'hourly over weeks');

function scenario(name: string): TenSeconds {
  const found = tenSeconds.find((one) => one.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}

test('there are 60, each with its name, and 12 for CI', () => {
  expect(SCENARIOS).toHaveLength(60);
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(60);
  expect(CI_SCENARIOS).toHaveLength(12);
  expect(new Set(CI_SCENARIOS.map(({ kind }) => kind)).size).toBe(2);
});

test.each(tenSeconds)('$name: 25 hours at 10 s after what was recorded', (one) => {
  const points = one.points();
  const hours = one.hours();
  const from = (points[0]?.time ?? 0) - ((points[0]?.time ?? 0) % HOUR);
  expect(points.length).toBeGreaterThan(8_000);
  expect(points.length).toBeLessThanOrEqual(9_000);
  expect(points.every(({ time }, i) => time % STEP === 0 && time > (points[i - 1]?.time ?? 0))).toBe(true);
  expect(points.at(-1)?.time).toBeLessThan(from + 25 * HOUR);
  expect(hours.every(({ time }) => time % HOUR === 0 && time < from)).toBe(true);
});

test.each(hourly)('$name: seven weeks of hours', (one) => {
  const hours = one.hours();
  expect(hours.length).toBeGreaterThan(48 * 24 - 60);
  expect(hours.every(({ time }, i) => time % HOUR === 0 && time > (hours[i - 1]?.time ?? 0))).toBe(true);
});

test('they are the same each time', () => {
  for (const one of CI_SCENARIOS) {
    expect(JSON.stringify(one.hours())).toBe(JSON.stringify(one.hours()));
    if (one.kind === 'ten-seconds over 25 h')
      expect(JSON.stringify(one.points())).toBe(JSON.stringify(one.points()));
  }
});

test('points are missing, uncounted, and counted from 0 again', () => {
  const gapsOf = (one: TenSeconds) =>
    one.points().map(({ time }, i, points) => time - (points[i - 1]?.time ?? time - STEP));
  expect(gapsOf(scenario('gaps, seed 1')).filter((gap) => gap > 2 * 60_000).length).toBeGreaterThanOrEqual(4);
  const uncounted = scenario('failed scans, seed 1')
    .points()
    .filter(({ established }) => established === undefined);
  expect(uncounted.length).toBeGreaterThanOrEqual(150);
  const bytes = scenario('reboots, seed 2')
    .points()
    .map(({ receivedBytes }) => receivedBytes);
  expect(bytes.filter((value, i) => value < (bytes[i - 1] ?? 0)).length).toBe(3);
});

test('a new host has no history, or less than three days of it', () => {
  expect(scenario('brand-new host, seed 1').hours()).toEqual([]);
  const hours = scenario('brand-new host, seed 2').hours();
  expect(hours.length).toBeGreaterThan(50);
  expect((hours.at(-1)?.time ?? 0) - (hours[0]?.time ?? 0)).toBeLessThan(3 * DAY);
});
