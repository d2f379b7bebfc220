import type Database from 'libsql';
import type { StoredSeries } from './store.js';
import { DAY, TIERS, type Tier, WIDTHS } from './tiers.js';

/** Milliseconds since 1970. */
export interface Range {
  readonly from: number;
  /** Not part of it any more. */
  readonly to: number;
}

/** A bucket of a series: its begin, the lowest value, the mean, the highest. */
export type Bucket = readonly [time: number, low: number, mean: number, peak: number];

export interface Buckets extends Range {
  /** What one bucket covers, in milliseconds. `from` and `to` are multiples of it: the range as asked for lies within. */
  readonly widthMillis: number;
  readonly series: readonly BucketsOfSeries[];
  /** When cycles were collected without a break; what is between two of them is missing. */
  readonly collected: readonly Range[];
}

export interface BucketsOfSeries {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /**
   * Of the range as it was asked for, to the cycle where its buckets are narrower than a minute, else to the row of its tier;
   * `undefined` where it has no reading.
   */
  readonly summary?: Summary;
  /** In the order of time. The first and the last have no readings from beyond the range. One without a reading is absent. None are there where only summaries were asked for. */
  readonly buckets: readonly Bucket[];
}

export interface Summary {
  readonly lowest: number;
  /** Of all readings. */
  readonly mean: number;
  readonly peak: number;
  /** The first time of the peak: of the cycle itself for eight days, then of its minute, then of its hour. */
  readonly peakTime: number;
  readonly readings: number;
}

/** Where a query reads, and how wide its buckets are. */
export interface Resolution {
  readonly tier: Tier;
  readonly widthMillis: number;
}

/**
 * The narrowest buckets of which there are at most `most`, none narrower than a cycle or than what is still kept of the
 * range's begin; read from the tier with the fewest rows that can give them.
 */
export function resolution(
  { from, to }: Range,
  most: number,
  intervalMillis: number,
  now: number,
): Resolution {
  const finest = TIERS.find(({ keptMillis }) => from >= now - keptMillis) as Tier;
  const least = Math.max((to - from) / most, intervalMillis, finest.widthMillis);
  const widthMillis = WIDTHS.find((width) => width >= least) ?? Math.ceil(least / DAY) * DAY;
  const tier = TIERS.findLast(
    (tier) => tier.widthMillis === 0 || widthMillis % tier.widthMillis === 0,
  ) as Tier;
  return { tier, widthMillis };
}

/** What a row of each tier has for its lowest value, the sum of its readings, the highest, and their number. */
const columnsOf = ({ table }: Tier) =>
  table === 'raw'
    ? { low: 'value', sum: 'value', peak: 'value', count: '1' }
    : { low: 'low', sum: 'sum', peak: 'peak', count: 'count' };

/** Numbers are null where there is no row. */
type Selected = { buckets: string } & Record<'lowest' | 'mean' | 'peak' | 'readings', number | null>;

/**
 * All series over a range, whose axis is widened to whole buckets, as one text of JSON: a {@link Buckets}. The database writes
 * it itself: a month's rows as objects of JavaScript would take ten times as long.
 */
export function bucketsAsJson(
  database: Database.Database,
  series: readonly StoredSeries[],
  range: Range,
  { tier, widthMillis }: Resolution,
  { summaryOnly = false }: { summaryOnly?: boolean | undefined } = {},
): string {
  const from = Math.floor(range.from / widthMillis) * widthMillis;
  const to = Math.ceil(range.to / widthMillis) * widthMillis;
  // A peak from before the range would be told as one of the range.
  const begin = tier.widthMillis === 0 ? range.from : range.from - (range.from % tier.widthMillis);
  const { low, sum, peak, count } = columnsOf(tier);
  const rows = `FROM ${tier.table} WHERE series = ?1 AND time >= ?2 AND time < ?3`;
  const select = database.prepare(`
    SELECT ${summaryOnly ? "'[]'" : 'json_group_array(json_array(bucket, low, sum / count, peak))'} AS buckets,
      min(low) AS lowest, sum(sum) / sum(count) AS mean, max(peak) AS peak, sum(count) AS readings
    FROM (
      SELECT time - time % CAST(?4 AS INTEGER) AS bucket, min(${low}) AS low, sum(${sum}) AS sum, sum(${count}) AS count, max(${peak}) AS peak
      ${rows} GROUP BY bucket ORDER BY bucket)`);
  const peakTime = (id: number, peak: number) =>
    firstTimeOf(database, id, peak, tier, { from: begin, to: range.to });
  const each = series.map(({ id, name, unit, attributes }) => {
    const { buckets, lowest, mean, peak, readings } = select.get(
      id,
      begin,
      range.to,
      widthMillis,
    ) as Selected;
    const summary =
      peak === null ? undefined : { lowest, mean, peak, peakTime: peakTime(id, peak), readings };
    const head = JSON.stringify({ name, unit, summary }).slice(0, -1);
    return `${head},"attributes":${attributes},"buckets":${buckets}}`;
  });
  const head = JSON.stringify({ from, to, widthMillis, collected: collectedIn(database, { from, to }) });
  return `${head.slice(0, -1)},"series":[${each.join()}]}`;
}

/** When a series first had its peak, looked up in finer and finer rows for as long as there are any. */
function firstTimeOf(
  database: Database.Database,
  series: number,
  peak: number,
  coarsest: Tier,
  range: Range,
): number {
  let { from, to } = range;
  for (const tier of TIERS.slice(0, TIERS.indexOf(coarsest) + 1).reverse()) {
    const { table, widthMillis } = tier;
    const found = database
      .prepare(
        `SELECT time FROM ${table} WHERE series = ? AND time >= ? AND time < ? AND ${columnsOf(tier).peak} = ? ORDER BY time LIMIT 1`,
      )
      .raw()
      .get(series, from, to, peak) as [number] | undefined;
    if (found === undefined) break;
    [from] = found;
    to = from + widthMillis;
  }
  return from;
}

/** When cycles were collected without a break within a range. */
export function collectedIn(database: Database.Database, { from, to }: Range): Range[] {
  return (
    database
      .prepare('SELECT start, end FROM stretch WHERE end >= ? AND start < ? ORDER BY start')
      .raw()
      .all(from, to) as [number, number][]
  ).map(([start, end]) => ({ from: Math.max(start, from), to: Math.min(end, to) }));
}
