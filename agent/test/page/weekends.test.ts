import { describe, expect, it } from 'vitest';
import { weekendsIn } from '../../page/weekends.js';

const at = (text: string) => Date.parse(`${text}Z`);
const weekends = (from: string, to: string) =>
  weekendsIn({ from: at(from), to: at(to) }).map(({ from, to }) =>
    [from, to].map((time) => new Date(time).toISOString().slice(0, 13)),
  );

describe('the weekends of a range', () => {
  it('are whole, in UTC', () => {
    expect(weekends('2026-11-16T12:00', '2026-11-30T12:00')).toEqual([
      ['2026-11-21T00', '2026-11-23T00'],
      ['2026-11-28T00', '2026-11-30T00'],
    ]);
  });

  it('end where the range ends', () => {
    expect(weekends('2026-11-22T12:00', '2026-11-28T06:00')).toEqual([
      ['2026-11-22T12', '2026-11-23T00'],
      ['2026-11-28T00', '2026-11-28T06'],
    ]);
  });

  it('are none within a day', () => expect(weekends('2026-11-21T00:00', '2026-11-22T00:00')).toEqual([]));
});
