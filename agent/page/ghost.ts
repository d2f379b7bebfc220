/** The same hours of a day and of a week before, laid under the chosen ones. */
import type { Bucket, Buckets } from './api.js';
import type { Value } from './grid.js';
import { DAY, type Range } from './period.js';

export interface Ghost {
  readonly key: string;
  readonly label: string;
  readonly shiftMillis: number;
}

const GHOSTS: readonly Ghost[] = [
  { key: 'ghost:day', label: 'a day before', shiftMillis: DAY },
  { key: 'ghost:week', label: 'a week before', shiftMillis: 7 * DAY },
];

/** One that is longer than its shift would show what the chart itself shows. */
export function ghostsOf({ from, to }: Range): Ghost[] {
  return GHOSTS.filter(({ shiftMillis }) => to - from <= shiftMillis);
}

export function shifted({ from, to }: Range, { shiftMillis }: Ghost): Range {
  return { from: from - shiftMillis, to: to - shiftMillis };
}

/**
 * The means of an older answer on the times of the chosen one. An older one may have wider buckets, because of it no finer
 * ones are kept: what lies between two of them is no gap.
 */
export function ghostColumn(
  times: readonly number[],
  answer: Buckets,
  buckets: readonly Bucket[],
  { shiftMillis }: Ghost,
): Value[] {
  const column = new Array<Value>(times.length).fill(null);
  const start = times[0] ?? 0;
  const step = (times[1] ?? start + 1) - start;
  const apart = Math.max(2, Math.ceil(answer.widthMillis / step));
  let before: number | undefined;
  for (const [time, , mean] of buckets) {
    const index = Math.round((time + shiftMillis - start) / step);
    if (index < 0 || index >= column.length) continue;
    column[index] = mean;
    if (before !== undefined && index - before <= apart) column.fill(undefined, before + 1, index);
    before = index;
  }
  return column;
}
