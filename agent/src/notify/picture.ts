/** The judged count of the last hour as a picture that stands on light and on dark ground. */
import type { Graph } from './message.js';
import { png } from './png.js';
import { peaks } from './sparkline.js';

/** Pixels; shown at half of it, so that it is sharp on fine screens. */
export const PICTURE = { width: 1120, height: 240 } as const;

type Colour = readonly [red: number, green: number, blue: number];
const LINE: Colour = [47, 125, 225];
const THRESHOLD: Colour = [224, 82, 60];

const LINE_RADIUS = 2;
const FILL = 0.16;
const MARGIN = 8;
const DASH = 24;

/** A transparent PNG: a line over its area, from zero up, and the threshold dashed. */
export function picture({ points, threshold }: Graph): Buffer {
  const { width, height } = PICTURE;
  const top = Math.max(...points.map(([, value]) => value), (threshold ?? 0) * 1.05, 1);
  const y = (value: number) => height - MARGIN - (value / top) * (height - 2 * MARGIN);
  const curve = curveOf(points, width).map(y);
  const limit = threshold === undefined ? undefined : y(threshold);
  const pixels = new Uint8Array(width * height * 4);
  for (let column = 0; column < width; column++) {
    const at = curve[column] as number;
    const before = curve[column - 1] ?? at;
    const after = curve[column + 1] ?? at;
    // Distance to the line, not to its point above or below, so that steep parts are no thicker.
    const steepness = Math.hypot(1, (after - before) / 2);
    const low = Math.min(at, before, after);
    const high = Math.max(at, before, after);
    for (let row = 0; row < height; row++) {
      const outside = Math.max(low - row, row - high, 0);
      const across = Math.min(Math.abs(row - at) / steepness, outside === 0 ? LINE_RADIUS : Infinity);
      // A steep part ends where the line does.
      const distance = Math.max(outside, across);
      const line = coverage(distance);
      const dashed = limit !== undefined && column % DASH < DASH / 2;
      const onLimit = dashed ? coverage(Math.abs(row - limit)) : 0;
      const fill = row > at ? FILL : 0;
      const index = (row * width + column) * 4;
      const alpha = Math.max(onLimit, line, fill);
      if (alpha === 0) continue;
      const [red, green, blue] = onLimit > line ? THRESHOLD : LINE;
      pixels[index] = red;
      pixels[index + 1] = green;
      pixels[index + 2] = blue;
      pixels[index + 3] = Math.round(255 * alpha);
    }
  }
  return png(width, height, pixels);
}

function coverage(distance: number): number {
  return Math.min(Math.max(LINE_RADIUS + 0.5 - distance, 0), 1);
}

/** A value for each column: straight between the highest values of a few columns each. */
function curveOf(points: Graph['points'], width: number): number[] {
  const knots = peaks(points, Math.min(points.length, 140)).flatMap((value, index, all) =>
    value === undefined ? [] : [[index / Math.max(all.length - 1, 1), value] as const],
  );
  let right = 0;
  return Array.from({ length: width }, (_, column) => {
    const at = column / (width - 1);
    while (right < knots.length - 1 && (knots[right] as readonly [number, number])[0] < at) right++;
    const [x1, y1] = knots[right] as readonly [number, number];
    const [x0, y0] = knots[Math.max(right - 1, 0)] as readonly [number, number];
    return x1 === x0 ? y1 : y0 + ((y1 - y0) * (Math.max(at, x0) - x0)) / (x1 - x0);
  });
}
