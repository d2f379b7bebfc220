/** Time in UTC, in milliseconds since 1970, and the shape of a day. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  /** Not part of it any more. */
  readonly to: number;
}

export function isIn(time: number, { from, to }: Span): boolean {
  return time >= from && time < to;
}

/** 0 is Sunday; `day` counts from 1 January 1970, which was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

export function isWeekend(day: number): boolean {
  return weekdayOf(day) === 0 || weekdayOf(day) === 6;
}

/** 1 at the angle 0, 0 at the other end, and steeper on its way up than down. */
export function hump(angle: number): number {
  return 0.5 + 0.5 * Math.cos(angle + 0.25 * Math.sin(angle));
}

/** From 0 to 1, level at both ends. */
export function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}
