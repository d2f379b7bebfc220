import { describe, expect, it } from 'vitest';
import { clip, complaintOf, rangeOf, readChoice, writeChoice } from '../../page/period.js';
import { zoom } from '../../page/zoom.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('the address', () => {
  it.each(['?period=1h', '?period=30d', '?from=2026-11-22T00:00:00Z&to=2026-11-22T12:00:00Z'])(
    'of %s is written as it was read',
    (search) => expect(writeChoice(readChoice(search))).toBe(search),
  );

  it('takes milliseconds as the API does', () => {
    expect(readChoice(`?from=${NOW - HOUR}&to=${NOW}`)).toEqual({ from: NOW - HOUR, to: NOW });
  });

  it.each([
    '',
    '?period=2h',
    '?period=constructor',
    '?from=2026-11-22T00:00:00Z',
    '?from=yesterday&to=today',
    '?from=&to=',
    `?from=${NOW}&to=${NOW - 1}`,
    `?from=${NOW}&to=9${NOW}00`,
  ])('of %s shows the last 24 hours', (search) => {
    expect(readChoice(search)).toEqual({ period: '24h' });
    const words = complaintOf(search);
    if (search === '') expect(words).toBeUndefined();
    else expect(words).toMatch(/^The address names no period .* the last 24 hours\.$/);
  });

  it.each(['?period=1h', `?from=${NOW - HOUR}&to=${NOW}`, '?utm_source=chat'])(
    'of %s is not complained of',
    (search) => expect(complaintOf(search)).toBeUndefined(),
  );

  it('rounds to whole seconds', () => {
    expect(writeChoice({ from: NOW - HOUR + 400, to: NOW - 400 })).toBe(
      '?from=2026-11-22T11:00:00Z&to=2026-11-22T12:00:00Z',
    );
  });
});

describe('a period', () => {
  it('ends now', () => expect(rangeOf({ period: '7d' }, NOW)).toEqual({ from: NOW - 7 * DAY, to: NOW }));

  const day = rangeOf({ period: '24h' }, NOW);

  it('is whole where the history is older', () => expect(clip(day, NOW - 2 * DAY, 10_000)).toEqual(day));

  it('is cut to two minutes where the history has one', () => {
    expect(clip(day, NOW - MINUTE, 10_000)).toEqual({ from: NOW - 2 * MINUTE, to: NOW });
  });

  it('shows a little of the time before the history began', () => {
    expect(clip(day, NOW - 2 * HOUR, 10_000).from).toBe(NOW - 2.1 * HOUR);
  });

  it('has room for twelve cycles before there is any', () => {
    expect(clip(day, undefined, 60_000)).toEqual({ from: NOW - 12 * MINUTE, to: NOW });
  });

  it('is never longer than it says', () => {
    const hour = rangeOf({ period: '1h' }, NOW);
    expect(clip(hour, NOW - 59 * MINUTE, 10_000)).toEqual(hour);
  });
});

describe('zooming', () => {
  const range = { from: NOW - HOUR, to: NOW };

  it('leaves the centre where it is', () => {
    expect(zoom(range, NOW - 15 * MINUTE, 0.5, NOW)).toEqual({
      from: NOW - 37.5 * MINUTE,
      to: NOW - 7.5 * MINUTE,
    });
  });

  it('out shows nothing of what is to come', () => {
    expect(zoom(range, NOW - HOUR, 2, NOW)).toEqual({ from: NOW - 2 * HOUR, to: NOW });
  });

  it('in ends at a minute', () => {
    const { from, to } = zoom({ from: NOW - MINUTE, to: NOW }, NOW - 30_000, 0.5, NOW);
    expect(to - from).toBe(MINUTE);
  });
});
