import type { QuietHours } from '../config/notify.js';

const DAY_MINUTES = 24 * 60;
const MINUTE_MILLIS = 60_000;

/** @param time in milliseconds since 1970 */
export function isWithin({ from, to }: QuietHours, time: number): boolean {
  const minute = Math.floor(time / MINUTE_MILLIS) % DAY_MINUTES;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}
