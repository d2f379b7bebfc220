/** Ordinary days of simulated servers are as their habits say. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../support/calendar.js';
import { hoursOf } from '../support/simulation/hours.js';
import { normalPeak } from '../support/simulation/load.js';
import { deviation, during, established, MONDAY, mean, pointsOf, steady } from './server.js';

const meanOfDay = (points: ReturnType<typeof pointsOf>, day: number) =>
  mean(during(points, 24 * day, 24).map(established));

test('the same seed gives the same points, another seed others', () => {
  const habits = steady({ dayNoise: 0.1, wanderNoise: 0.05 });
  const points = pointsOf(habits, 48, { seed: 7 });
  expect(pointsOf(habits, 48, { seed: 7 })).toEqual(points);
  expect(pointsOf(habits, 48, { seed: 8 }).map(established)).not.toEqual(points.map(established));
});

test('a day is at its height at its hour and at its lowest at night', () => {
  const points = pointsOf(steady(), 24);
  expect(mean(during(points, 13.75, 0.5).map(established)) / 10_000).toBeCloseTo(1, 1);
  expect(mean(during(points, 1.75, 0.5).map(established)) / 10_000).toBeCloseTo(0.2, 1);
  expect(Math.max(...points.map(established))).toBeLessThan(10_500);
  expect(Math.min(...points.map(established))).toBeGreaterThan(1_800);
});

test.each([0.05, 0.1, 0.2])(
  'from day to day the level deviates by %d, at its height and at night',
  (dayNoise) => {
    const points = pointsOf(steady({ dayNoise }), 24 * 600, { stepMillis: 30 * MINUTE });
    const levels = (hour: number) =>
      Array.from({ length: 600 }, (_, day) =>
        Math.log(mean(during(points.slice(day * 48, (day + 1) * 48), 24 * day + hour, 2).map(established))),
      );
    expect(deviation(levels(13)) / dayNoise).toBeCloseTo(1, 0.5);
    expect(deviation(levels(2)) / dayNoise).toBeCloseTo(1, 0.5);
  },
);

test('within a day the count wanders as much as it should, whatever the cycle', () => {
  const habits = steady({ night: 1, peak: 1e6, wanderNoise: 0.05 });
  for (const stepMillis of [10_000, MINUTE]) {
    const logs = pointsOf(habits, 24 * 14, { stepMillis }).map((point) => Math.log(established(point)));
    expect(deviation(logs) / 0.05).toBeCloseTo(1, 0.5);
  }
});

test('a weekend has its share of a weekday, and a holiday looks like a Sunday', () => {
  const wednesday = Math.floor(MONDAY / (24 * HOUR)) + 2;
  const points = pointsOf(steady({ weekend: 0.4, holidays: [wednesday] }), 24 * 7);
  const height = (day: number) => mean(during(points, 24 * day + 13.5).map(established));
  const heights = Array.from({ length: 7 }, (_, day) => Math.round(height(day) / 1_000));
  // 0.2 * (0.5 + 0.5 * 0.4) of the night and 0.8 * 0.4 over it.
  expect(heights).toEqual([10, 10, 5, 10, 10, 5, 5]);
});

test('growth is compounded daily', () => {
  const habits = steady({ growth: 0.01 });
  const points = pointsOf(habits, 24 * 31);
  expect(meanOfDay(points, 30) / meanOfDay(points, 0)).toBeCloseTo(1.01 ** 30, 2);
  expect(normalPeak(habits, MONDAY + 30 * 24 * HOUR)).toBeCloseTo(10_000 * 1.01 ** 30, 5);
});

test('a weekly batch comes on its day and goes after its time', () => {
  const points = pointsOf(steady({ batches: [{ weekday: 0, hour: 2, minutes: 120, size: 1.5 }] }), 24 * 8);
  const night = (day: number) => mean(during(points, 24 * day + 2.5).map(established)) / 10_000;
  expect(night(6)).toBeCloseTo(0.2 + 1.5, 1);
  for (const day of [0, 1, 2, 3, 4, 5, 7]) expect(night(day)).toBeLessThan(0.25);
  expect(mean(during(points, 24 * 6 + 4.5).map(established)) / 10_000).toBeLessThan(0.35);
});

test('throughput follows the connections, and the counters are its sum', () => {
  const points = pointsOf(steady(), 24);
  const received = (hour: number) => mean(during(points, hour).map((point) => point.receivedPerSecond));
  expect(received(13.5) / received(1.5)).toBeGreaterThan(4);
  expect(received(13.5) / 1e7).toBeCloseTo(1, 0);
  const [first, ...rest] = points;
  const sum = rest.reduce((bytes, point) => bytes + point.receivedPerSecond * 60, 0);
  expect(((points.at(-1)?.receivedBytes ?? 0) - (first?.receivedBytes ?? 0)) / sum).toBeCloseTo(1, 6);
});

test('an hour is the lowest, the mean and the highest of its points', () => {
  const points = pointsOf(steady(), 3, {
    incidents: [
      { kind: 'gap', from: MONDAY + HOUR, to: MONDAY + 2 * HOUR },
      { kind: 'failed-scan', from: MONDAY + 2 * HOUR, to: MONDAY + 3 * HOUR },
    ],
  });
  const hours = [...hoursOf(points)];
  expect(hours.map(({ time }) => (time - MONDAY) / HOUR)).toEqual([0, 2]);
  const counts = during(points, 0).map(established);
  expect(hours[0]?.established).toEqual({
    min: Math.min(...counts),
    mean: mean(counts),
    peak: Math.max(...counts),
  });
  expect(hours[1]?.established).toBeUndefined();
  expect(hours[1]?.receivedPerSecond.mean).toBeGreaterThan(0);
});
