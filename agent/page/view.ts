/** What is to be seen: the answers of the agent for one range, and the lines that they make. */
import type { Buckets, Cycle, Series } from './api.js';
import type { Frame, Line } from './charts/frame.js';
import { type Ghost, ghostColumn } from './ghost.js';
import { columnsOf, gapsIn, timesOf } from './grid.js';
import { type ChartKind, keyOf, lookOf, TOTAL_KEY } from './lines.js';
import type { Choice, Range } from './period.js';

export interface View {
  /** As it was asked for; the answer is widened to whole buckets. */
  readonly choice: Choice;
  readonly range: Range;
  /** Whether the range ends now and moves on. */
  readonly isMoving: boolean;
  readonly answer: Buckets;
  readonly ghosts: readonly { readonly ghost: Ghost; readonly answer: Buckets }[];
  readonly now: number;
  readonly intervalMillis: number;
}

export function total(answer: Buckets): Series | undefined {
  return answer.series.find((series) => keyOf(series) === TOTAL_KEY);
}

/** All lines that a chart can show, in the order of its legend. */
export function linesOf(view: View, kind: ChartKind): Line[] {
  const own = view.answer.series
    .filter(({ name }) => kind.metrics.includes(name))
    .flatMap((series) => {
      const { summary, buckets } = series;
      // A series of another year, or of another configuration, has no reading here.
      return summary === undefined
        ? []
        : [{ ...lookOf(series), summary, columns: columnsOf(buckets, view.answer) }];
    })
    .sort((a, b) => a.order - b.order);
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
    gaps: gapsIn(range, answer.collected, now, 2.5 * intervalMillis),
    ...(kind.name === 'connections' && peak !== undefined ? { peak } : {}),
  };
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
