/** A counter's reading. */
export interface Point {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly value: number;
}

/**
 * How fast a counter grew over the window that ends at `time`, a second, as Prometheus's `rate()` has it: resets are
 * counted through, and the growth between the first and the last reading is extended towards the window's borders by no
 * more than half a step where the readings do not reach them (prometheus/promql/functions.go, `extrapolatedRate`).
 * @param points in the order of time
 * @returns `undefined` with fewer than two readings in the window
 */
export function rate(points: readonly Point[], time: number, windowMillis: number): number | undefined {
  const start = time - windowMillis;
  const within = points.filter((point) => point.time > start && point.time <= time);
  const [first] = within;
  const last = within.at(-1);
  if (first === undefined || last === undefined || within.length < 2) return undefined;
  let growth = last.value - first.value;
  let before = first;
  for (const point of within) {
    if (point.value < before.value) growth += before.value;
    before = point;
  }
  const sampled = last.time - first.time;
  const step = sampled / (within.length - 1);
  const reach = (gap: number) => (gap >= step * 1.1 ? step / 2 : gap);
  // A counter can't have been below zero.
  const sinceZero = growth > 0 ? (sampled * first.value) / growth : Number.POSITIVE_INFINITY;
  const covered = sampled + Math.min(reach(first.time - start), sinceZero) + reach(time - last.time);
  return ((growth * covered) / sampled / windowMillis) * 1000;
}
