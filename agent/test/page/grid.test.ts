import { describe, expect, it } from 'vitest';
import type { Bucket, Buckets } from '../../page/api.js';
import { columnsOf, gapsIn, isolated, timesOf, widened } from '../../page/grid.js';

const WIDTH = 10_000;

function answer(collected: Buckets['collected']): Buckets {
  return { from: 0, to: 6 * WIDTH, widthMillis: WIDTH, collected, series: [] };
}

const bucket = (index: number): Bucket => [index * WIDTH, index, index + 0.5, index + 1];

describe('columns', () => {
  const whole = answer([{ from: 0, to: 60_000 }]);

  it('have a place for each bucket of the range', () => {
    expect(timesOf(whole)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000]);
  });

  it('hold the lowest, mean and highest', () => {
    const { low, mean, peak } = columnsOf([bucket(1)], whole);
    expect([low[1], mean[1], peak[1]]).toEqual([1, 1.5, 2]);
  });

  it('go on over one bucket that a late cycle has left empty', () => {
    const { mean } = columnsOf([bucket(0), bucket(2)], whole);
    expect(mean).toEqual([0.5, undefined, 2.5, null, null, null]);
  });

  it('break where two buckets are empty, though cycles were collected', () => {
    const { mean } = columnsOf([bucket(0), bucket(3)], whole);
    expect(mean.slice(0, 4)).toEqual([0.5, null, null, 3.5]);
  });

  it('break at one empty bucket where no cycle was collected', () => {
    const broken = answer([
      { from: 0, to: 9_000 },
      { from: 21_000, to: 60_000 },
    ]);
    expect(columnsOf([bucket(0), bucket(2)], broken).peak.slice(0, 3)).toEqual([1, null, 3]);
  });
});

describe('gaps', () => {
  const range = { from: 0, to: 60_000 };
  const end = 10 * range.to;

  it('are before, between and after what was collected', () => {
    const collected = [
      { from: 20_000, to: 24_000 },
      { from: 40_000, to: 44_000 },
    ];
    expect(gapsIn(range, answer(collected), end, 5_000)).toEqual([
      { from: 0, to: 20_000 },
      { from: 24_000, to: 40_000 },
      { from: 44_000, to: 60_000 },
    ]);
  });

  it('end where the next bucket is drawn', () => {
    expect(gapsIn(range, answer([{ from: 27_000, to: 59_000 }]), end, 5_000)).toEqual([
      { from: 0, to: 20_000 },
    ]);
  });

  it('are not what is still to come', () => {
    const collected = [{ from: 0, to: 38_000 }];
    expect(gapsIn(range, answer(collected), 40_000, 5_000)).toEqual([]);
    expect(gapsIn(range, answer(collected), 50_000, 5_000)).toEqual([{ from: 38_000, to: 50_000 }]);
  });

  it('are all of a range in which nothing was collected', () => {
    expect(gapsIn(range, answer([]), end, 5_000)).toEqual([range]);
  });
});

describe('isolated values', () => {
  it('have a gap on either side', () => {
    expect(isolated([1, null, 2, 3, null, 4, undefined, null, 5, undefined, 6])).toEqual([0, 5]);
  });
});

describe('values that are widened', () => {
  const values = [1, 1, 9, 1, 1, null, 7, undefined, 2];

  it('keep a lone peak for as long as it can be seen', () => {
    expect(widened(values, 1, Math.max)).toEqual([1, 9, 9, 9, 1, null, 7, undefined, 2]);
  });

  it('do so with what is low as well', () => {
    expect(widened([5, 5, 0, 5, 5], 1, Math.min)).toEqual([5, 0, 0, 0, 5]);
  });

  it('are as they are where there is room', () => expect(widened(values, 0, Math.max)).toBe(values));
});
