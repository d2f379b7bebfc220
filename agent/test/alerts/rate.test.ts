import { expect, test } from 'vitest';
import { rate } from '../../src/alerts/rate.js';

const points = (...readings: [seconds: number, value: number][]) =>
  readings.map(([seconds, value]) => ({ time: seconds * 1000, value }));

// rate(x[30s]) at 100 s, worked out by hand from its source; the differential test asks Prometheus itself.
test.each([
  ['three readings to the end of the window', points([80, 100], [90, 150], [100, 200]), 5],
  ['a reset between', points([80, 100], [90, 150], [100, 20]), (70 * 30) / 20 / 30],
  ['a window that the readings do not reach into', points([90, 1000], [94, 1040]), (40 * 8) / 4 / 30],
  [
    'a counter that was zero a moment before',
    points([90, 5], [100, 1000]),
    (995 * 10.050251256281408) / 10 / 30,
  ],
  ['a reading at the open border', points([70, 0], [90, 500], [100, 600]), (100 * 15) / 10 / 30],
])('%s', (_, readings, expected) => {
  expect(rate(readings, 100_000, 30_000)).toBeCloseTo(expected, 9);
});

test('one reading says nothing', () => {
  expect(rate(points([99, 5]), 100_000, 30_000)).toBeUndefined();
  expect(rate(points([60, 1], [99, 5]), 100_000, 30_000)).toBeUndefined();
});
