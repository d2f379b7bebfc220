import { describe, expect, it } from 'vitest';
import type { Bucket, Buckets } from '../../page/api.js';
import { type Ghost, ghostColumn, ghostsOf, shifted } from '../../page/ghost.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('ghosts', () => {
  it.each([
    [HOUR, [DAY, 7 * DAY]],
    [DAY, [DAY, 7 * DAY]],
    [2 * DAY, [7 * DAY]],
    [7 * DAY, [7 * DAY]],
    [30 * DAY, []],
  ])('of a range of %d ms go back by %j', (length, shifts) => {
    expect(ghostsOf({ from: NOW - length, to: NOW }).map(({ shiftMillis }) => shiftMillis)).toEqual(shifts);
  });

  it('are asked for at the same hours', () => {
    const [day] = ghostsOf({ from: NOW - HOUR, to: NOW }) as [Ghost];
    expect(shifted({ from: NOW - HOUR, to: NOW }, day)).toEqual({ from: NOW - DAY - HOUR, to: NOW - DAY });
  });
});

describe('the column of a ghost', () => {
  const ghost: Ghost = { key: 'ghost:day', label: 'a day before', shiftMillis: DAY };
  const times = [0, 1, 2, 3, 4, 5].map((index) => NOW + index * 60_000);
  const old = (widthMillis: number): Buckets => {
    return { from: NOW - DAY, to: NOW - DAY + 360_000, widthMillis, collected: [], series: [] };
  };
  const bucket = (minute: number): Bucket => [NOW - DAY + minute * 60_000, 0, minute, 9];

  it('stands at the times of the chart', () => {
    expect(ghostColumn(times, old(60_000), [bucket(1), bucket(2)], ghost)).toEqual([
      null,
      1,
      2,
      null,
      null,
      null,
    ]);
  });

  it('goes on between wider buckets', () => {
    expect(ghostColumn(times, old(180_000), [bucket(0), bucket(3)], ghost)).toEqual([
      0,
      undefined,
      undefined,
      3,
      null,
      null,
    ]);
  });

  it('breaks where wider buckets are absent', () => {
    expect(ghostColumn(times, old(120_000), [bucket(0), bucket(4)], ghost)).toEqual([
      0,
      null,
      null,
      null,
      4,
      null,
    ]);
  });

  it('leaves out what is before and after the chart', () => {
    const outside = ghostColumn(times, old(60_000), [bucket(-1), bucket(6)], ghost);
    expect(outside).toEqual([null, null, null, null, null, null]);
  });
});
