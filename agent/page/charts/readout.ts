/** What is written beside the lines: their values at the cursor, now, or on average. */
import type { Cycle } from '../api.js';
import { formatValue } from '../numbers.js';
import { clockTime, moment, span } from '../times.js';
import { hasBands, type View, valuesOfCycle } from '../view.js';
import { type Line, valuesOf } from './frame.js';

export type At =
  | { readonly place: 'bucket'; readonly index: number; readonly time: string }
  | { readonly place: 'now'; readonly time: string; readonly values: ReadonlyMap<string, number> }
  | { readonly place: 'average' };

/** Without a cursor it is now, or the average of a range that stands. */
export function cursorOf(view: View, index: number | null, latest: Cycle | undefined): At {
  if (index !== null) return { place: 'bucket', index, time: timeOf(view, index) };
  if (!view.isMoving || latest === undefined) return { place: 'average' };
  return { place: 'now', time: clockTime(latest.time), values: valuesOfCycle(latest) };
}

/** A bucket that is wider than a cycle is named by its begin and end. */
function timeOf(view: View, index: number): string {
  const { answer, now } = view;
  const from = answer.from + index * answer.widthMillis;
  if (!hasBands(view)) return moment(from, now);
  return span({ from, to: from + answer.widthMillis }, now);
}

export function headline(at: At): string {
  if (at.place === 'average') return 'Averages of this range';
  return at.place === 'now' ? `Now, ${at.time} UTC` : `${at.time} UTC`;
}

/** A text for the mean, and one for the band from the lowest to the highest, which is empty where there is none. */
export interface Reading {
  readonly mean: string;
  readonly band: string;
}

export function readLine(line: Line, at: At, unit: string): Reading {
  if (at.place === 'bucket') return readBucket(line, at.index, unit);
  const value = at.place === 'now' ? at.values.get(line.key) : line.summary?.mean;
  return { mean: value === undefined ? '' : formatValue(value, unit), band: '' };
}

function readBucket(line: Line, index: number, unit: string): Reading {
  const value = valuesOf(line)[index];
  if (value == null) return { mean: '–', band: '' };
  const mean = formatValue(value, unit);
  if (!('columns' in line)) return { mean, band: '' };
  const [low, peak] = [line.columns.low[index], line.columns.peak[index]];
  if (low == null || peak == null || low === peak) return { mean, band: '' };
  return { mean, band: `${formatValue(low, unit)} to ${formatValue(peak, unit)}` };
}

/** What a chart shows, in words. */
export function describe(lines: readonly Line[], unit: string, now: number): string {
  return lines
    .flatMap(({ label, summary }) => {
      if (summary === undefined) return [];
      const say = (value: number) => formatValue(value, unit);
      const { lowest, mean, peak, peakTime } = summary;
      const when = peak > lowest ? ` at ${moment(peakTime, now)}` : '';
      const name = lines.length > 1 ? `${label}: ` : '';
      return [`${name}lowest ${say(lowest)}, average ${say(mean)}, peak ${say(peak)}${when}.`];
    })
    .join(' ');
}
