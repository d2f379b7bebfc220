/** The history as its owner gets it back: every series at the finest that is still kept. */
import type Database from 'libsql';
import type { Range } from './query.js';
import type { StoredSeries } from './store.js';
import { TIERS, type Tier } from './tiers.js';

/** A reading, or what a minute, five minutes or an hour of readings came to. */
export interface Row {
  /** Milliseconds since 1970; of the begin. */
  readonly time: number;
  /** 0 of a reading, else what the row covers. */
  readonly widthMillis: number;
  readonly lowest: number;
  readonly mean: number;
  readonly peak: number;
  readonly readings: number;
}

/**
 * The first rows of a range, in the order of time and without an overlap. Rows that begin before the range are left out.
 * @param most how many
 */
export function rowsOf(
  database: Database.Database,
  series: StoredSeries,
  { from, to }: Range,
  most: number,
): Row[] {
  const ends = ownFrom(database, series);
  const rows: Row[] = [];
  // The coarsest is of the oldest time.
  for (const [index, tier] of [...TIERS.entries()].reverse()) {
    const start = Math.max(from, ends[index] as number);
    const end = Math.min(to, index === 0 ? to : (ends[index - 1] as number));
    rows.push(...rowsOfTier(database, tier, series, { from: start, to: end }, most - rows.length));
  }
  return rows;
}

/** For each tier, from when on its rows are given instead of the coarser tier's: they are all there. */
function ownFrom(database: Database.Database, { id }: StoredSeries): number[] {
  const froms = TIERS.map(({ table }, index) => {
    const coarser = TIERS[index + 1];
    if (coarser === undefined) return Number.NEGATIVE_INFINITY;
    const first = database.prepare(`SELECT min(time) FROM ${table} WHERE series = ?`).raw().get(id) as [
      number | null,
    ];
    if (first[0] === null) return Number.POSITIVE_INFINITY;
    const begin = first[0] - (first[0] % coarser.widthMillis);
    return isWhole(database, id, index, begin) ? begin : begin + coarser.widthMillis;
  });
  // The minutes may be pruned ahead of the readings: of the time before, what is coarser tells.
  for (const index of [...TIERS.keys()].reverse().slice(1))
    froms[index] = Math.max(froms[index] as number, froms[index + 1] as number);
  return froms;
}

/** Whether the rows of a tier add up to the coarser one's at a time: none of them is pruned yet. */
function isWhole(database: Database.Database, series: number, index: number, begin: number): boolean {
  const [tier, coarser] = [TIERS[index] as Tier, TIERS[index + 1] as Tier];
  const readings = (table: string, end: number) =>
    (
      database
        .prepare(
          `SELECT sum(${table === 'raw' ? '1' : 'count'}) FROM ${table} WHERE series = ? AND time >= ? AND time < ?`,
        )
        .raw()
        .get(series, begin, end) as [number | null]
    )[0];
  return readings(tier.table, begin + coarser.widthMillis) === readings(coarser.table, begin + 1);
}

function rowsOfTier(
  database: Database.Database,
  { table, widthMillis }: Tier,
  { id }: StoredSeries,
  { from, to }: Range,
  most: number,
): Row[] {
  const columns =
    table === 'raw'
      ? 'time, value AS lowest, value AS mean, value AS peak, 1 AS readings'
      : 'time, low AS lowest, sum / count AS mean, peak, count AS readings';
  const rows = database
    .prepare(
      `SELECT ${columns} FROM ${table} WHERE series = ? AND time >= ? AND time < ? ORDER BY time LIMIT ?`,
    )
    .all(id, from, to, most) as Omit<Row, 'widthMillis'>[];
  return rows.map((row) => ({ ...row, widthMillis }));
}
