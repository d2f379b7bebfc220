import { describe, expect, it } from 'vitest';
import type { Line } from '../../page/charts/frame.js';
import { cursorOf, headline, readLine, describe as sayLines } from '../../page/charts/readout.js';
import { TOTAL_KEY } from '../../page/lines.js';
import type { View } from '../../page/view.js';

const MINUTE = 60_000;
const FROM = Date.parse('2026-11-22T12:00:00Z');
const UNIT = '{connection}';

const view: View = {
  choice: { period: '1h' },
  range: { from: FROM, to: FROM + 60 * MINUTE },
  isMoving: true,
  answer: { from: FROM, to: FROM + 60 * MINUTE, widthMillis: MINUTE, collected: [], series: [] },
  ghosts: [],
  now: FROM + 60 * MINUTE,
  intervalMillis: 10_000,
  alerts: undefined,
};
const look = { key: TOTAL_KEY, label: 'established', colour: 0, shown: true, order: 0 };
const line: Line = {
  ...look,
  summary: { lowest: 3, mean: 4.25, peak: 9, peakTime: FROM + 5 * MINUTE, readings: 20 },
  columns: { low: [3, 5, null], mean: [4, 5, null], peak: [9, 5, null] },
};
const cycle = {
  time: FROM + 59 * MINUTE,
  series: [
    {
      name: 'system.network.connection.count',
      unit: UNIT,
      attributes: { 'network.connection.state': 'established' },
      value: 8,
    },
  ],
  collector: { state: 'off' },
  health: { healthy: true, reasons: [] },
} as const;

describe('at a bucket', () => {
  const read = (index: number) => readLine(line, cursorOf(view, index, cycle), UNIT);

  it('a line says its mean and its band', () => expect(read(0)).toEqual({ mean: '4', band: '3 to 9' }));
  it('a flat line has no band', () => expect(read(1)).toEqual({ mean: '5', band: '' }));
  it('a gap is no number', () => expect(read(2)).toEqual({ mean: '–', band: '' }));

  it('the headline names begin and end of what it covers', () => {
    expect(headline(cursorOf(view, 1, cycle))).toBe('Sun 22 Nov 12:01 – 12:02 UTC');
  });

  it('the headline names the moment where a bucket is one cycle', () => {
    expect(headline(cursorOf({ ...view, intervalMillis: MINUTE }, 1, cycle))).toBe('12:01:00 UTC');
  });
});

describe('without a cursor', () => {
  it('a period that moves says what is now', () => {
    const at = cursorOf(view, null, cycle);
    expect(headline(at)).toBe('Now, 12:59:00 UTC');
    expect(readLine(line, at, UNIT)).toEqual({ mean: '8', band: '' });
  });

  it('a range that stands says its averages', () => {
    const at = cursorOf({ ...view, isMoving: false }, null, cycle);
    expect(headline(at)).toBe('Averages of this range');
    expect(readLine(line, at, UNIT)).toEqual({ mean: '4.3', band: '' });
  });
});

it('a chart is described by what its lines reach, and when', () => {
  expect(sayLines([line], UNIT, view.now)).toBe('lowest 3, average 4.3, peak 9 at 12:05:00.');
  expect(sayLines([line, { ...look, label: 'a day before', values: [] }], UNIT, view.now)).toBe(
    'established: lowest 3, average 4.3, peak 9 at 12:05:00.',
  );
});
