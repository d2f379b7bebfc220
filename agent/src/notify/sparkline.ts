const BARS = '▁▂▃▄▅▆▇█';

/** The values as up to `width` bars in a line of text, from zero up; each bar the highest of its part of the time. */
export function sparkline(
  points: readonly (readonly [time: number, value: number])[],
  width: number,
): string {
  // With fewer than two readings to a bar, a cycle that is a little late would look like a gap.
  const bars = peaks(points, Math.min(width, Math.ceil(points.length / 2)));
  const top = Math.max(...bars.map((value) => value ?? 0), 1);
  return bars
    .map((value) => (value === undefined ? ' ' : BARS[Math.min(Math.floor((value / top) * 8), 7)]))
    .join('');
}

/** The highest value of each of `width` equal spans; `undefined` where one has none. */
export function peaks(
  points: readonly (readonly [time: number, value: number])[],
  width: number,
): (number | undefined)[] {
  const first = points[0]?.[0] ?? 0;
  const length = Math.max((points.at(-1)?.[0] ?? 0) - first, 1);
  const bars: (number | undefined)[] = Array.from({ length: width });
  for (const [time, value] of points) {
    const index = Math.min(Math.floor(((time - first) / length) * width), width - 1);
    bars[index] = Math.max(bars[index] ?? 0, value);
  }
  return bars;
}
