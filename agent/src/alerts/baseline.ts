/** What is normal for a host, from its complete hours and days. It changes once an hour and not between. */
import { Calendar, DAY, dayOf, HOUR, type Hour, MINUTE } from './hours.js';
import { median, standardDeviation } from './statistics.js';

/** Signals whose hours are kept. */
export const HOURLY = ['connections', 'received', 'transmitted', 'throughput'] as const;
export type Hourly = (typeof HOURLY)[number];

export const BASELINE_DAYS = 7;
/** Of the last {@link BASELINE_DAYS}, without which nothing is called normal. */
export const LEAST_DAYS = 3;
const WEEKS = 4;
const LEAST_WEEKS = 2;

/**
 * How long after its end an hour counts: by then Prometheus has recorded it, whenever in their interval it evaluates the
 * groups that do so.
 */
export const SETTLE_MILLIS = 5 * MINUTE;

/** How long after its end a day counts: Prometheus records it in the hour after one o'clock. */
export const DAY_LAG_MILLIS = 2 * HOUR;

/** Complete hours in which a fast leak shows. */
export const LEAK_HOURS = 7;

/**
 * The days before whose median is usual for an hour: those of the last week, and the same weekday of three weeks twice
 * each, so that neither a weekend nor a weekly batch is unusual, and none of these days decides alone.
 */
export const USUAL_DAYS = [1, 2, 3, 4, 5, 6, 7, 7, 14, 14, 21, 21] as const;

/** Days in which a slow leak shows. */
export const LEAK_DAYS = 5;
/** Days before them that show how much one week differs from the next. */
export const QUIET_DAYS = 14;
export const LEAST_QUIET_DAYS = 5;

export interface Baseline {
  /** Up to where it knows: a whole hour, milliseconds since 1970. */
  readonly hour: number;
  readonly normalPeak: Readonly<Record<'connections' | 'received' | 'transmitted', NormalPeak>>;
  /** The lowest count of each of the last complete hours over what is usual at that hour, the newest first. */
  readonly hourRatios: readonly (number | undefined)[];
  /** What is usual as the lowest count of these hours. */
  readonly usualLowest: readonly (number | undefined)[];
  /** Mean bytes a second of the last complete hour, both ways, over what is usual at that hour. */
  readonly throughputRatio: number | undefined;
  /** Mean bytes a second that are usual in the hour that has begun. */
  readonly usualThroughput: number | undefined;
  readonly slowLeak: SlowLeak;
}

export interface NormalPeak {
  /** The larger of the two. */
  readonly value: number | undefined;
  /** Median of the daily peaks. */
  readonly ofDays: number | undefined;
  /** Median of the same weekday's peaks. */
  readonly ofWeekday: number | undefined;
  /** How many of the last {@link BASELINE_DAYS} days are complete. */
  readonly days: number;
}

/** The mean of the quietest hour of a day over that of the same weekday in the weeks before. */
export interface SlowLeak {
  readonly lowestRatio: number | undefined;
  readonly medianRatio: number | undefined;
  /** Standard deviation of one week over the week before, in the time before these days. */
  readonly spread: number | undefined;
}

/** The hour up to which the hours count at `time`. */
export function settledHour(time: number): number {
  return Math.floor((time - SETTLE_MILLIS) / HOUR) * HOUR;
}

export function baselineAt(time: number, hours: Readonly<Record<Hourly, readonly Hour[]>>): Baseline {
  const hour = settledHour(time);
  const connections = new Calendar(hours.connections);
  const throughput = new Calendar(hours.throughput);
  const mean = (hour: Hour) => hour.mean;
  const usualLowest = Array.from({ length: LEAK_HOURS + 1 }, (_, ago) =>
    usual(connections, hour - ago * HOUR, USUAL_DAYS, ({ minimum }) => minimum),
  );
  return {
    hour,
    normalPeak: {
      connections: normalPeak(connections, hour),
      received: normalPeak(new Calendar(hours.received), hour),
      transmitted: normalPeak(new Calendar(hours.transmitted), hour),
    },
    hourRatios: usualLowest.map((usual, ago) => ratio(connections.hour(hour - ago * HOUR)?.minimum, usual)),
    usualLowest,
    throughputRatio: ratio(throughput.hour(hour)?.mean, usual(throughput, hour, USUAL_DAYS, mean)),
    usualThroughput: usual(throughput, hour + HOUR, LAST_DAYS, mean),
    slowLeak: slowLeak(connections, dayOf(hour - DAY_LAG_MILLIS)),
  };
}

function normalPeak(calendar: Calendar, hour: number): NormalPeak {
  const peaks = (today: number, step: number, count: number) =>
    known(Array.from({ length: count }, (_, i) => calendar.day(today - (i + 1) * step)?.peak));
  const days = peaks(dayOf(hour - DAY_LAG_MILLIS), DAY, BASELINE_DAYS);
  const weekdays = peaks(dayOf(hour), 7 * DAY, WEEKS);
  const ofDays = days.length < LEAST_DAYS ? undefined : median(days);
  const ofWeekday = weekdays.length < LEAST_WEEKS ? undefined : median(weekdays);
  const medians = known([ofDays, ofWeekday]);
  return {
    value: medians.length === 0 ? undefined : Math.max(...medians),
    ofDays,
    ofWeekday,
    days: days.length,
  };
}

const LAST_DAYS = Array.from({ length: BASELINE_DAYS }, (_, i) => i + 1);

/** Median of what the hour that ends at `end` was so many days before. */
function usual(
  calendar: Calendar,
  end: number,
  days: readonly number[],
  of: (hour: Hour) => number,
): number | undefined {
  const values = known(
    days.map((ago) => {
      const hour = calendar.hour(end - ago * DAY);
      return hour && of(hour);
    }),
  );
  return values.length < LEAST_DAYS ? undefined : median(values);
}

function slowLeak(calendar: Calendar, today: number): SlowLeak {
  const lowest = (day: number) => calendar.day(day)?.quietest;
  const day = (ago: number) => today - ago * DAY;
  const ratios = known(
    Array.from({ length: LEAK_DAYS }, (_, i) => {
      const before = [lowest(day(i + 8)), lowest(day(i + 15))];
      return ratio(lowest(day(i + 1)), known(before).length === 2 ? median(known(before)) : undefined);
    }),
  );
  const weekly = known(
    Array.from({ length: QUIET_DAYS }, (_, i) => {
      const ago = LEAK_DAYS + i + 1;
      return ratio(lowest(day(ago)), lowest(day(ago + 7)));
    }),
  );
  const all = ratios.length === LEAK_DAYS;
  return {
    lowestRatio: all ? Math.min(...ratios) : undefined,
    medianRatio: all ? median(ratios) : undefined,
    spread: weekly.length < LEAST_QUIET_DAYS ? undefined : standardDeviation(weekly),
  };
}

/** Over nothing at all no ratio can be told. */
function ratio(value: number | undefined, base: number | undefined): number | undefined {
  return value === undefined || base === undefined || base <= 0 ? undefined : value / base;
}

function known(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}
