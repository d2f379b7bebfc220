import type uPlot from 'uplot';
import { formatTicks } from '../numbers.js';
import { DAY } from '../period.js';
import { calendarDay, clockMinute, clockTime } from '../times.js';
import type { Theme } from './theme.js';

/** All charts have the same, so that the same moment stands at the same place in each. */
const LEFT = 64;

/** Connections come whole. */
const WHOLE = [1, 2, 5].flatMap((digit) => Array.from({ length: 10 }, (_, power) => digit * 10 ** power));

export function axes(unit: string, theme: Theme): uPlot.Axis[] {
  const common = {
    stroke: theme.muted,
    font: theme.font,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { show: false },
  };
  return [
    {
      ...common,
      size: 34,
      gap: 6,
      space: 72,
      values: (_, splits, __, ___, step) => timeTicks(splits, step),
    },
    {
      ...common,
      size: LEFT,
      gap: 8,
      space: 32,
      ...(unit === '{connection}' ? { incrs: WHOLE.sort((a, b) => a - b) } : {}),
      values: (_, splits) => formatTicks(splits, unit),
    },
  ];
}

/** The day stands under the first tick and wherever it changes. */
function timeTicks(splits: readonly number[], step: number): string[] {
  const clock = step < 60_000 ? clockTime : clockMinute;
  return splits.map((time, index) => {
    const before = splits[index - 1];
    const isNewDay = before === undefined || Math.floor(before / DAY) !== Math.floor(time / DAY);
    if (step >= DAY) return calendarDay(time);
    return isNewDay ? `${clock(time)}\n${calendarDay(time)}` : clock(time);
  });
}
