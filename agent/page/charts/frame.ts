import type { Summary } from '../api.js';
import type { Columns, Value } from '../grid.js';
import type { Look } from '../lines.js';
import type { Range } from '../period.js';

/** A line of a chart. With columns it has a band from the lowest to the highest of each bucket, with values alone none. */
export type Line = Look & { readonly summary?: Summary } & (
    | { readonly columns: Columns }
    | { readonly values: readonly Value[] }
  );

/** All that a chart draws. */
export interface Frame {
  /** What the axis of time spans. */
  readonly range: Range;
  readonly times: readonly number[];
  /** From front to back. */
  readonly lines: readonly Line[];
  /** Whether a bucket may hold several readings. */
  readonly hasBands: boolean;
  readonly gaps: readonly Range[];
  readonly peak?: { readonly time: number; readonly value: number };
  /** What lies of them in the range. */
  readonly weekends: readonly Range[];
  /** From where on it is too much. */
  readonly thresholds: readonly Threshold[];
  /** When alerts fired. */
  readonly firing: readonly Range[];
}

export interface Threshold {
  readonly value: number;
  readonly label: string;
  readonly severity: 'info' | 'warning' | 'critical';
}

export function valuesOf(line: Line): readonly Value[] {
  return 'columns' in line ? line.columns.mean : line.values;
}
