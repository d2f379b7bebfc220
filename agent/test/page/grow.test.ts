import { describe, expect, it } from 'vitest';
import type { Buckets, Cycle } from '../../page/api.js';
import { withCycle } from '../../page/grow.js';

const SECOND = 1_000;
const FROM = Date.parse('2026-11-22T12:00:00Z');
const IDENTITY = {
  name: 'system.network.connection.count',
  unit: '{connection}',
  attributes: { 'network.connection.state': 'established' },
};
const GRID = { intervalMillis: 10 * SECOND, tolerance: 25 * SECOND };

const answer: Buckets = {
  from: FROM,
  to: FROM + 60 * SECOND,
  widthMillis: 30 * SECOND,
  collected: [{ from: FROM, to: FROM + 40 * SECOND }],
  series: [
    {
      ...IDENTITY,
      summary: { lowest: 10, mean: 14, peak: 20, peakTime: FROM, readings: 5 },
      buckets: [
        [FROM, 10, 15, 20],
        [FROM + 30 * SECOND, 12, 12.5, 13],
      ],
    },
  ],
};

function cycle(seconds: number, value: number): Cycle {
  return {
    time: FROM + seconds * SECOND,
    series: [{ ...IDENTITY, value }],
    collector: { state: 'off' },
    health: { healthy: true, reasons: [] },
  };
}

function grown(seconds: number, value: number) {
  const { to, collected, series } = withCycle(answer, cycle(seconds, value), GRID);
  return { to, collected, summary: series[0]?.summary, last: series[0]?.buckets.at(-1) };
}

describe('an answer and a cycle after it', () => {
  it('has it in the peak, the average and the bucket that has begun', () => {
    expect(grown(50, 44)).toEqual({
      to: FROM + 60 * SECOND,
      collected: [{ from: FROM, to: FROM + 50 * SECOND }],
      summary: { lowest: 10, mean: 19, peak: 44, peakTime: FROM + 50 * SECOND, readings: 6 },
      last: [FROM + 30 * SECOND, 12, 23, 44],
    });
  });

  it('keeps the first time of a peak that is reached again', () => {
    expect(grown(50, 20).summary?.peakTime).toBe(FROM);
  });

  it('has a bucket more where it is the first of one', () => {
    expect(grown(60, 7)).toMatchObject({ to: FROM + 90 * SECOND, last: [FROM + 60 * SECOND, 7, 7, 7] });
  });

  it('has a gap where the cycle follows a break', () => {
    expect(grown(100, 7).collected).toEqual([
      ...answer.collected,
      { from: FROM + 100 * SECOND, to: FROM + 100 * SECOND },
    ]);
  });

  it('is the same where it has the cycle already', () => {
    expect(withCycle(answer, cycle(40, 99), GRID)).toBe(answer);
  });

  it('begins with the first cycle of all', () => {
    const empty = { ...answer, collected: [], series: [{ ...IDENTITY, buckets: [] }] };
    const { series, collected } = withCycle(empty, cycle(50, 3), GRID);
    expect(collected).toEqual([{ from: FROM + 50 * SECOND, to: FROM + 50 * SECOND }]);
    expect(series[0]?.summary).toMatchObject({ lowest: 3, mean: 3, peak: 3, readings: 1 });
  });
});
