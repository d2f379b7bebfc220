/** An answer with a cycle that came after it: so all numbers of the page go on together, with one question a minute. */
import type { Bucket, Buckets, Cycle, Series, Summary } from './api.js';
import { keyOf } from './lines.js';
import type { Range } from './period.js';
import { valuesOfCycle } from './view.js';

/**
 * A series that is new in the cycle comes with the next answer.
 * @param intervalMillis from one cycle to the next: it tells how many readings a bucket has, which its mean needs
 * @param tolerance a cycle that comes later than that after the one before it follows a break
 */
export function withCycle(
  answer: Buckets,
  cycle: Cycle,
  { intervalMillis, tolerance }: { intervalMillis: number; tolerance: number },
): Buckets {
  const { time } = cycle;
  const last = answer.collected.at(-1);
  if (time < answer.from || (last !== undefined && time <= last.to)) return answer;
  const begin = time - ((time - answer.from) % answer.widthMillis);
  const readings = last === undefined ? 0 : readingsSince(begin, last, intervalMillis);
  const values = valuesOfCycle(cycle);
  const series = answer.series.map((series) => {
    const value = values.get(keyOf(series));
    return value === undefined ? series : withValue(series, value, { time, begin, readings });
  });
  const collected =
    last === undefined || time - last.to > tolerance
      ? [...answer.collected, { from: time, to: time }]
      : [...answer.collected.slice(0, -1), { from: last.from, to: time }];
  return { ...answer, to: Math.max(answer.to, begin + answer.widthMillis), collected, series };
}

function readingsSince(begin: number, { from, to }: Range, intervalMillis: number): number {
  return Math.max(0, Math.floor((to - Math.max(begin, from)) / intervalMillis) + 1);
}

interface Place {
  readonly time: number;
  /** Of the bucket, and how many readings it has. */
  readonly begin: number;
  readonly readings: number;
}

function withValue(series: Series, value: number, { time, begin, readings }: Place): Series {
  const last = series.buckets.at(-1);
  const isSame = last?.[0] === begin;
  const bucket: Bucket = isSame
    ? [
        begin,
        Math.min(last[1], value),
        (last[2] * readings + value) / (readings + 1),
        Math.max(last[3], value),
      ]
    : [begin, value, value, value];
  return {
    ...series,
    summary: withReading(series.summary, value, time),
    buckets: [...(isSame ? series.buckets.slice(0, -1) : series.buckets), bucket],
  };
}

function withReading(summary: Summary | undefined, value: number, time: number): Summary {
  if (summary === undefined) return { lowest: value, mean: value, peak: value, peakTime: time, readings: 1 };
  const { lowest, mean, peak, peakTime, readings } = summary;
  return {
    lowest: Math.min(lowest, value),
    mean: (mean * readings + value) / (readings + 1),
    peak: Math.max(peak, value),
    peakTime: value > peak ? time : peakTime,
    readings: readings + 1,
  };
}
