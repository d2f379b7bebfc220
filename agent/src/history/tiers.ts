/** The history at three widths, each kept longer than the finer one. */
export interface Tier {
  readonly table: 'raw' | 'minute' | 'hour';
  /** What one row covers, in milliseconds; 0 where it is one reading. */
  readonly widthMillis: number;
  /** How long its rows are kept at most, in milliseconds; the coarsest as long as `history.retention` says. */
  readonly keptMillis: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The finest first. */
export const TIERS: readonly [raw: Tier, minute: Tier, hour: Tier] = [
  { table: 'raw', widthMillis: 0, keptMillis: 8 * DAY },
  { table: 'minute', widthMillis: MINUTE, keptMillis: 35 * DAY },
  { table: 'hour', widthMillis: HOUR, keptMillis: Number.POSITIVE_INFINITY },
];

/** Widths of the buckets of a query: divisors of a day, so that buckets begin at its round times. */
export const WIDTHS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  DAY,
];
