import { describe, expect, it } from 'vitest';
import { duration, moment, span } from '../../page/times.js';

const at = (text: string) => Date.parse(`${text}Z`);

describe('a moment', () => {
  const now = at('2026-11-22T12:00:00');

  it.each([
    ['2026-11-22T00:00:00', '00:00:00'],
    ['2026-11-21T23:59:59', 'Sat 21 Nov 23:59:59'],
    ['2025-12-31T08:00:00', '31 Dec 2025 08:00:00'],
  ])('%s is %s', (time, text) => expect(moment(at(time), now)).toBe(text));
});

describe('a span', () => {
  it.each([
    ['2026-11-22T11:00:00', '2026-11-22T12:00:00', 'Sun 22 Nov 11:00 – 12:00'],
    ['2026-11-21T12:00:20', '2026-11-22T12:00:20', 'Sat 21 Nov 12:00 – Sun 22 Nov 12:00'],
    ['2026-11-22T11:58:30', '2026-11-22T12:00:00', 'Sun 22 Nov 11:58:30 – 12:00:00'],
    ['2026-11-22T11:58:00', '2026-11-22T12:00:00', 'Sun 22 Nov 11:58 – 12:00'],
    ['2025-11-21T12:00:00', '2025-11-21T13:00:00', '21 Nov 2025 12:00 – 13:00'],
    ['2025-12-31T12:00:00', '2026-01-01T12:00:00', '31 Dec 2025 12:00 – 1 Jan 2026 12:00'],
  ])('from %s to %s is %s', (from, to, text) =>
    expect(span({ from: at(from), to: at(to) }, at('2026-11-22T12:00:00'))).toBe(text),
  );
});

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [59_900, '1 min'],
    [134_000, '2 min'],
    [12_000_000, '3 h 20 min'],
    [86_400_000, '1 d'],
    [4 * 86_400_000 + 2 * 3_600_000 + 60_000, '4 d 2 h'],
  ])('of %d ms is %s', (millis, text) => expect(duration(millis)).toBe(text));
});
