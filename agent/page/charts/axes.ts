import type uPlot from 'uplot';
import { CONNECTIONS, formatTicks } from '../numbers.js';
import { DAY, HOUR, MINUTE } from '../period.js';
import { calendarDay, clockMinute, clockTime } from '../times.js';
import type { Theme } from './theme.js';

/** All charts have the same, so that the same moment stands at the same place in each. */
const LEFT = 64;

/** Between two ticks of the time. */
const TIMES = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 3, 5, 7, 14, 30, 60, 120].map((days) => days * DAY),
];

/** Between two ticks of a count: connections come whole. */
const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

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
      incrs: TIMES,
      values: (_, splits, __, ___, step) => timeTicks(splits, step),
    },
    {
      ...common,
      size: LEFT,
      gap: 8,
      space: (_, __, ___, ____, height) => (height > 200 ? 44 : 26),
      ...(unit === CONNECTIONS ? { incrs: WHOLE } : {}),
      values: (_, splits) => formatTicks(splits, unit),
    },
  ];
}

/** The day stands under the first tick and wherever it changes. */
function timeTicks(splits: readonly number[], step: number): string[] {
  const clock = step < MINUTE ? clockTime : clockMinute;
  return splits.map((time, index) => {
    const before = splits[index - 1];
    const isNewDay = before === undefined || Math.floor(before / DAY) !== Math.floor(time / DAY);
    if (step >= DAY) return calendarDay(time);
    return isNewDay ? `${clock(time)}\n${calendarDay(time)}` : clock(time);
  });
}
