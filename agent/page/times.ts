/** Times as they are read: in UTC, always, so that two people in two places speak of the same minute. */
import { DAY, MINUTE, type Range } from './period.js';

const day = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
});
const dayOfYear = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** 14:05:20 */
export function clockTime(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

/** 14:05 */
export function clockMinute(time: number): string {
  return clockTime(time).slice(0, 5);
}

/** Sun 22 Nov */
export function calendarDay(time: number): string {
  return day.format(time).replace(',', '');
}

/** The day is left out where it is today's; the year is named where it isn't this one. */
export function moment(time: number, now: number, seconds = true): string {
  const clock = seconds ? clockTime(time) : clockMinute(time);
  if (isSameDay(time, now)) return clock;
  return `${yearOf(time) === yearOf(now) ? calendarDay(time) : dayOfYear.format(time)} ${clock}`;
}

/**
 * Sat 21 Nov 13:00 – Sun 22 Nov 13:00, with seconds where they tell something, and with the year where one of the two isn't
 * this one.
 */
export function span({ from, to }: Range, now: number): string {
  const isShort = to - from < 10 * MINUTE && (from % MINUTE !== 0 || to % MINUTE !== 0);
  const clock = isShort ? clockTime : clockMinute;
  const isThisYear = yearOf(from) === yearOf(now) && yearOf(to) === yearOf(now);
  const dayText = (time: number) => (isThisYear ? calendarDay(time) : dayOfYear.format(time));
  const end = isSameDay(from, to) ? clock(to) : `${dayText(to)} ${clock(to)}`;
  return `${dayText(from)} ${clock(from)} – ${end}`;
}

/** 2 min, 3 h 20 min, 4 d 2 h: two parts at most. */
export function duration(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count], index) => index === 0 || (count > 0 && first < 2))
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

function yearOf(time: number): number {
  return new Date(time).getUTCFullYear();
}

function isSameDay(a: number, b: number): boolean {
  return Math.floor(a / DAY) === Math.floor(b / DAY);
}
