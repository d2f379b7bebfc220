/** From buckets, of which some are absent, to columns on one axis of time, where an absent one is a gap or isn't. */
import type { Bucket, Buckets } from './api.js';
import type { Range } from './period.js';

/** `null` breaks a line, `undefined` doesn't: what uPlot takes them for. */
export type Value = number | null | undefined;

export interface Columns {
  readonly low: readonly Value[];
  readonly mean: readonly Value[];
  readonly peak: readonly Value[];
}

/** The begins of all buckets of an answer, also of those that no series has. */
export function timesOf({ from, to, widthMillis }: Buckets): number[] {
  return Array.from(
    { length: Math.round((to - from) / widthMillis) },
    (_, index) => from + index * widthMillis,
  );
}

/**
 * One absent bucket in time that was collected is a cycle that came a little late, in the bucket after it. More in a row,
 * or a break of the collection, are a gap.
 */
export function columnsOf(buckets: readonly Bucket[], answer: Buckets): Columns {
  const { from, widthMillis } = answer;
  const length = Math.round((answer.to - from) / widthMillis);
  const low = new Array<Value>(length).fill(null);
  const mean = new Array<Value>(length).fill(null);
  const peak = new Array<Value>(length).fill(null);
  let before: number | undefined;
  for (const [time, ...values] of buckets) {
    const index = Math.round((time - from) / widthMillis);
    [low[index], mean[index], peak[index]] = values;
    if (before === index - 2 && isCollected(answer, time - widthMillis))
      low[index - 1] = mean[index - 1] = peak[index - 1] = undefined;
    before = index;
  }
  return { low, mean, peak };
}

function isCollected({ collected, widthMillis }: Buckets, time: number): boolean {
  return collected.some(({ from, to }) => from < time && time + widthMillis <= to);
}

/**
 * When nothing was collected within a range. A gap ends where the bucket begins that has the next cycle, as its line does.
 * @param tolerance what may lie between the last cycle and now
 */
export function gapsIn(range: Range, answer: Buckets, now: number, tolerance: number): Range[] {
  const { collected, from: start, widthMillis } = answer;
  const ends = [{ from: range.from, to: range.from }, ...collected];
  const last = ends.at(-1) as Range;
  const isOver = Math.min(range.to, now) - last.to > tolerance;
  const cycles = collected.map(({ from }) => ({ from: from - ((from - start) % widthMillis) }));
  const begins = [...cycles, ...(isOver ? [{ from: Math.min(range.to, now) }] : [])];
  return begins
    .map((next, index) => ({ from: (ends[index] as Range).to, to: next.from }))
    .filter(({ from, to }) => to > from);
}

/**
 * The extremes of each value's neighbourhood: so an hour of a month is drawn some pixels wide, not one.
 * @param reach how many neighbours on either side
 * @param pick the lower or the higher of two
 */
export function widened(
  values: readonly Value[],
  reach: number,
  pick: (...values: number[]) => number,
): readonly Value[] {
  if (reach === 0) return values;
  return values.map((value, index) => {
    if (value == null) return value;
    const near = values.slice(Math.max(index - reach, 0), index + reach + 1);
    return pick(...near.filter((other) => other != null));
  });
}

/** Values with a gap on either side: a line has no length there and would leave them out. */
export function isolated(values: ArrayLike<Value>): number[] {
  const found: number[] = [];
  for (let index = 0; index < values.length; index++) {
    if (values[index] == null) continue;
    if (neighbour(values, index, -1) === null && neighbour(values, index, 1) === null) found.push(index);
  }
  return found;
}

function neighbour(values: ArrayLike<Value>, index: number, step: -1 | 1): Value {
  const next = index + step;
  if (next < 0 || next >= values.length) return null;
  return values[next] === undefined ? neighbour(values, next, step) : values[next];
}
