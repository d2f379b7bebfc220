import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Grid } from '../../src/export/grid.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 4, 17, 12, 0, 0);

/** The tick that a grid has within the interval after `time`. */
function tickAfter(grid: Grid, time: number): number {
  return grid.next(time, time);
}

describe('a grid', () => {
  it('has its ticks one interval apart, so that cycles do not drift', () => {
    const grid = new Grid(10 * SECOND, 'host');
    const first = tickAfter(grid, NOW);
    // Each tick's work begins a little after it was due.
    expect(grid.next(first, first + 3)).toBe(first + 10 * SECOND);
    expect(grid.next(first + 10 * SECOND, first + 10 * SECOND + 9_999)).toBe(first + 20 * SECOND);
  });

  it('has the same offset for the same host at every start, whatever the time of the start', () => {
    const ticks = [NOW, NOW + 1, NOW + HOUR + 4_711].map((start) =>
      new Grid(MINUTE, '3d1219c7c4c5404aaa1f6d2a48adfda4').firstAfter(start),
    );
    expect(new Set(ticks.map((tick) => tick % MINUTE)).size).toBe(1);
  });

  it('spreads a fleet over the interval', () => {
    const offsets = Array.from(
      { length: 1_000 },
      (_, i) => tickAfter(new Grid(MINUTE, `host-${i}`), NOW) % MINUTE,
    );
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => offsets.filter((offset) => Math.floor(offset / (MINUTE / 10)) === tenth).length,
    );
    for (const hosts of tenths) expect(hosts).toBeGreaterThan(60);
  });

  it('skips a tick within a second of the start, which would repeat the first cycle', () => {
    const grid = new Grid(10 * SECOND, 'host');
    const tick = tickAfter(grid, NOW);
    expect(grid.firstAfter(tick)).toBe(tick + 10 * SECOND);
    expect(grid.firstAfter(tick - 1)).toBe(tick + 10 * SECOND);
    expect(grid.firstAfter(tick - SECOND)).toBe(tick + 10 * SECOND);
    expect(grid.firstAfter(tick - SECOND - 1)).toBe(tick);
  });

  it('takes an early timer for the tick that was due', () => {
    const grid = new Grid(10 * SECOND, 'host');
    const tick = tickAfter(grid, NOW);
    expect(grid.next(tick, tick - 1)).toBe(tick + 10 * SECOND);
  });

  it('goes on from the new time where the clock was set back', () => {
    const grid = new Grid(10 * SECOND, 'host');
    const tick = tickAfter(grid, NOW);
    expect(grid.next(tick, tick - HOUR)).toBe(tick - HOUR + 10 * SECOND);
  });

  it('goes on from the new time where the clock was set forward or the machine slept', () => {
    const grid = new Grid(10 * SECOND, 'host');
    const tick = tickAfter(grid, NOW);
    expect(grid.next(tick, tick + HOUR + 1)).toBe(tick + HOUR + 10 * SECOND);
  });

  const interval = fc.integer({ min: SECOND, max: HOUR });
  const time = fc.integer({ min: NOW - 10 * 365 * 24 * HOUR, max: NOW + 10 * 365 * 24 * HOUR });

  it('answers with a tick of its own that is ahead, by two intervals at most, whatever the clock shows', () => {
    fc.assert(
      fc.property(interval, fc.string(), time, time, (interval, host, start, now) => {
        const grid = new Grid(interval, host);
        const due = grid.firstAfter(start);
        const offset = due % interval;
        expect(due - start).toBeGreaterThanOrEqual(SECOND);
        expect(due - start).toBeLessThanOrEqual(interval + SECOND);
        const next = grid.next(due, now);
        expect(next % interval).toBe(offset);
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual(2 * interval);
      }),
    );
  });

  it('loses no tick and doubles none while timers are at most half an interval off', () => {
    fc.assert(
      fc.property(
        interval,
        fc.string(),
        time,
        fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (interval, host, start, jitters) => {
          const grid = new Grid(interval, host);
          let due = grid.firstAfter(start);
          for (const jitter of jitters) {
            const next = grid.next(due, due + Math.trunc(jitter * interval));
            expect(next).toBe(due + interval);
            due = next;
          }
        },
      ),
    );
  });
});
