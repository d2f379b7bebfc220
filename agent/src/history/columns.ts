/** What minutes or hours came to, for a program to count with: numbers as they are stored, none of them twice. */
import type Database from 'libsql';
import type { Range } from './query.js';
import { storedSeries } from './store.js';
import type { Tier } from './tiers.js';

export interface ColumnsQuestion extends Range {
  readonly every: Extract<Tier['table'], 'minute' | 'hour'>;
  /** Names of the metrics whose series are wanted. */
  readonly names: readonly string[];
}

/** A series by columns: what stands at an index of each belongs together. One without a row in the range has none. */
export interface ColumnsOfSeries {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** When each minute or hour begins, milliseconds since 1970, in order. One without a reading is absent. */
  readonly times: Float64Array<ArrayBuffer>;
  readonly lowest: Float64Array<ArrayBuffer>;
  /** Of all its readings. */
  readonly means: Float64Array<ArrayBuffer>;
  readonly peaks: Float64Array<ArrayBuffer>;
  readonly readings: Float64Array<ArrayBuffer>;
}

/** Minutes or hours that begin within a range. The last is told as far as it has come where it is not over yet. */
export function columnsOf(
  database: Database.Database,
  { from, to, every, names }: ColumnsQuestion,
): ColumnsOfSeries[] {
  const select = database
    .prepare(
      `SELECT time, low, sum / count, peak, count FROM ${every} WHERE series = ? AND time >= ? AND time < ? ORDER BY time`,
    )
    .raw();
  return storedSeries(database)
    .filter(({ name }) => names.includes(name))
    .map(({ id, name, unit, attributes }) => {
      const rows = select.all(id, from, to) as [number, number, number, number, number][];
      const column = (index: 0 | 1 | 2 | 3 | 4) => Float64Array.from(rows, (row) => row[index]);
      return {
        name,
        unit,
        attributes: JSON.parse(attributes),
        times: column(0),
        lowest: column(1),
        means: column(2),
        peaks: column(3),
        readings: column(4),
      };
    });
}

/** What of it can be handed to another thread instead of copied. */
export function buffersOf(series: readonly ColumnsOfSeries[]): ArrayBuffer[] {
  return series.flatMap(({ times, lowest, means, peaks, readings }) =>
    [times, lowest, means, peaks, readings].map(({ buffer }) => buffer),
  );
}
