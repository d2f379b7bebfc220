/** What is to be seen: the answers of the agent for one range, and the lines that they make. */
import type { AlertsNow, Bucket, Buckets, Cycle, Series, Summary } from './api.js';
import type { Frame, Line, Threshold } from './charts/frame.js';
import { ghostColumn } from './ghost.js';
import { columnsOf, gapsIn, timesOf } from './grid.js';
import { type ChartKind, keyOf, type Look, lookOf, TOTAL_KEY } from './lines.js';
import type { AnsweredGhost } from './past.js';
import type { Choice, Range } from './period.js';
import { weekendsIn } from './weekends.js';

export interface View {
  /** As it was asked for; the answer is widened to whole buckets. */
  readonly choice: Choice;
  readonly range: Range;
  /** Whether the range ends now and moves on. */
  readonly isMoving: boolean;
  readonly answer: Buckets;
  readonly ghosts: readonly AnsweredGhost[];
  readonly now: number;
  readonly intervalMillis: number;
  /** `undefined` where the agent judges nothing. */
  readonly alerts: AlertsNow | undefined;
}

/** Whether a bucket may hold several cycles. */
export function hasBands({ answer, intervalMillis }: View): boolean {
  return answer.widthMillis > intervalMillis;
}

/** A cycle that comes later than that after the one before it follows a break. */
export function toleranceOf(intervalMillis: number): number {
  return 2.5 * intervalMillis;
}

export function total(answer: Buckets): Series | undefined {
  return answer.series.find((series) => keyOf(series) === TOTAL_KEY);
}

interface SeenSeries {
  readonly look: Look;
  readonly summary: Summary;
  readonly buckets: readonly Bucket[];
}

/** Those of a chart, in the order of its legend. One of another time or configuration has no reading here and is left out. */
export function seriesOf({ answer }: View, { metrics }: ChartKind): SeenSeries[] {
  return answer.series
    .filter(({ name }) => metrics.includes(name))
    .flatMap((series) => {
      const { summary, buckets } = series;
      return summary === undefined ? [] : [{ look: lookOf(series), summary, buckets }];
    })
    .sort((a, b) => a.look.order - b.look.order);
}

/** All lines that a chart can show, in the order of its legend. */
export function linesOf(view: View, kind: ChartKind): Line[] {
  const own = seriesOf(view, kind).map(({ look, summary, buckets }) => {
    return { ...look, summary, columns: columnsOf(buckets, view.answer) };
  });
  return kind.name === 'connections' ? [...own, ...ghostLines(view)] : own;
}

function ghostLines({ answer, ghosts }: View): Line[] {
  const times = timesOf(answer);
  return ghosts.flatMap(({ ghost, answer: old }, index) => {
    const values = ghostColumn(times, old, total(old)?.buckets ?? [], ghost);
    if (values.every((value) => value == null)) return [];
    const dash = index === 0 ? ([5, 4] as const) : ([2, 3] as const);
    const { key, label } = ghost;
    return [{ key, label, colour: 0, dash, shown: true, order: 1e6 + index, values }];
  });
}

export function frameOf(view: View, kind: ChartKind, lines: readonly Line[]): Frame {
  const { range, answer, now, intervalMillis } = view;
  const peak = lines.some(({ key }) => key === TOTAL_KEY) ? peakOf(view) : undefined;
  return {
    range,
    times: timesOf(answer),
    lines,
    hasBands: hasBands(view),
    gaps: gapsIn(range, answer, now, toleranceOf(intervalMillis)),
    ...(kind.name === 'connections' && peak !== undefined ? { peak } : {}),
    weekends: weekendsIn(range),
    thresholds: thresholdsOf(view, lines),
    firing: kind.name === 'connections' ? firingIn(view) : [],
  };
}

/** Of the lines that are drawn. */
function thresholdsOf({ alerts }: View, lines: readonly Line[]): Threshold[] {
  const drawn = new Set(lines.map(({ key }) => key));
  return (alerts?.rules ?? []).flatMap(({ series, threshold, title, severity }) =>
    series !== undefined && threshold !== undefined && drawn.has(keyOf(series))
      ? [{ value: threshold, label: title, severity }]
      : [],
  );
}

function firingIn({ alerts, range, now }: View): Range[] {
  return (alerts?.events ?? [])
    .filter(({ severity }) => severity !== 'info')
    .map(({ firedAt, resolvedAt }) => ({ from: firedAt, to: resolvedAt ?? now }))
    .filter(({ from, to }) => to >= range.from && from <= range.to);
}

/** Where the peak is drawn: at its bucket's place, as the band is. */
function peakOf({ answer }: View): { time: number; value: number } | undefined {
  const summary = total(answer)?.summary;
  if (summary === undefined) return undefined;
  const time = summary.peakTime - ((summary.peakTime - answer.from) % answer.widthMillis);
  return { time, value: summary.peak };
}

/** A cycle's values by the key of their series. */
export function valuesOfCycle(cycle: Cycle): ReadonlyMap<string, number> {
  return new Map(cycle.series.map((series) => [keyOf(series), series.value]));
}
