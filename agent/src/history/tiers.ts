/** The history at four widths, none kept for less time than a finer one. */
export interface Tier {
  readonly table: 'raw' | 'minute' | 'five_minutes' | 'hour';
  /** What one row covers, in milliseconds; 0 where it is one reading. */
  readonly widthMillis: number;
  /** How long its rows are kept at most, in milliseconds; the coarsest as long as `history.retention` says. */
  readonly keptMillis: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The finest first. Each width is a divisor of the next one. */
export const TIERS: readonly [raw: Tier, minute: Tier, fiveMinutes: Tier, hour: Tier] = [
  { table: 'raw', widthMillis: 0, keptMillis: 8 * DAY },
  { table: 'minute', widthMillis: MINUTE, keptMillis: 35 * DAY },
  // The widest that all buckets between a minute and an hour are made of, those of a quarter of an hour as well.
  { table: 'five_minutes', widthMillis: 5 * MINUTE, keptMillis: 35 * DAY },
  { table: 'hour', widthMillis: HOUR, keptMillis: Number.POSITIVE_INFINITY },
];

/** Widths of the buckets of a query: divisors of a day, so that buckets begin at its round times. */
export const WIDTHS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  DAY,
];
