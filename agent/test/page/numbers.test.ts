import { describe, expect, it } from 'vitest';
import { formatTicks, formatValue } from '../../page/numbers.js';

const THIN = '\u202f';

describe('a value', () => {
  it.each([
    [0, '{connection}', '0'],
    [7, '{connection}', '7'],
    [86.14, '{connection}', '86.1'],
    [99.96, '{connection}', '100'],
    [347.4, '{connection}', '347'],
    [12_345, '{connection}', '12,345'],
    [0, '1', `0${THIN}%`],
    [0.0421, '1', `4.2${THIN}%`],
    [1, '1', `100${THIN}%`],
    [0, 'By/s', `0${THIN}B/s`],
    [999, 'By/s', `999${THIN}B/s`],
    [1_440_000, 'By/s', `1.44${THIN}MB/s`],
    [841_300, 'By/s', `841${THIN}kB/s`],
    [999_999, 'By/s', `1${THIN}MB/s`],
    [125e6, 'By/s', `125${THIN}MB/s`],
    [3e16, 'By/s', `30,000${THIN}TB/s`],
    [0, '{error}/s', '0/s'],
    [0.02083, '{error}/s', '0.0208/s'],
    [0.001, '{error}/s', '3.6/h'],
    [0.0000576, '{error}/s', '4.98/d'],
  ])('%d %s is read as %s', (value, unit, text) => expect(formatValue(value, unit)).toBe(text));
});

describe('the ticks of an axis', () => {
  it('of bytes share a prefix', () => {
    expect(formatTicks([0, 500_000, 1_000_000], 'By/s')).toEqual(['0', `0.5${THIN}MB/s`, `1${THIN}MB/s`]);
  });

  it('of errors are all a second', () => {
    expect(formatTicks([0, 0.005, 0.01], '{error}/s')).toEqual(['0/s', '0.005/s', '0.01/s']);
  });

  it('of connections are whole', () => {
    expect(formatTicks([0, 50, 1_000], '{connection}')).toEqual(['0', '50', '1,000']);
  });
});
