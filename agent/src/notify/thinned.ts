type Point = readonly [time: number, value: number];

/** At most about `most` points: the highest of each few, and the last as it is. */
export function thinned(points: readonly Point[], most: number): [time: number, value: number][] {
  const size = Math.max(Math.ceil(points.length / most), 1);
  const kept: [number, number][] = [];
  for (let from = 0; from < points.length; from += size) {
    const few = points.slice(from, from + size);
    const [time, value] = few.reduce((peak, point) => (point[1] > peak[1] ? point : peak));
    kept.push([time, value]);
  }
  const last = points.at(-1);
  if (last !== undefined && kept.at(-1)?.[0] !== last[0]) kept.push([...last]);
  return kept;
}
