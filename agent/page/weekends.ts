import { DAY, type Range } from './period.js';

/** 3 January 1970. */
const FIRST_SATURDAY = 2 * DAY;
const WEEK = 7 * DAY;
/** A chart of less time has no week to tell by. */
const LEAST = 3 * DAY;

/** Saturdays and Sundays in UTC, on which most hosts are ordinarily at another level. */
export function weekendsIn({ from, to }: Range): Range[] {
  if (to - from < LEAST) return [];
  const first = Math.floor((from - FIRST_SATURDAY) / WEEK) * WEEK + FIRST_SATURDAY;
  return Array.from({ length: Math.ceil((to - first) / WEEK) }, (_, index) => first + index * WEEK)
    .map((saturday) => ({ from: Math.max(saturday, from), to: Math.min(saturday + 2 * DAY, to) }))
    .filter((weekend) => weekend.to > weekend.from);
}
