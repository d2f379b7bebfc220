import { HOUR, MINUTE } from '../support/calendar.js';
import { type Point, simulate } from '../support/simulation/points.js';
import type { Habits, Incident } from '../support/simulation/server.js';

/** A Monday. */
export const MONDAY = Date.UTC(2026, 0, 5);

/** A host whose days are those of UTC, each like the other but for what `changes` say. */
export function steady(changes: Partial<Habits> = {}): Habits {
  return {
    peak: 10_000,
    since: MONDAY,
    peakHour: 14,
    sharpness: 1,
    night: 0.2,
    weekend: 1,
    dayNoise: 0,
    wanderNoise: 0,
    wanderMillis: 15 * MINUTE,
    growth: 0,
    season: 0,
    batches: [],
    holidays: [],
    receivedEach: 1_000,
    transmittedEach: 5_000,
    throughputNoise: 0.1,
    portUtilization: 0.2,
    ...changes,
  };
}

export function pointsOf(
  habits: Habits,
  hours: number,
  {
    incidents = [],
    seed = 1,
    stepMillis = MINUTE,
  }: { incidents?: Incident[]; seed?: number; stepMillis?: number } = {},
): Point[] {
  return [...simulate({ seed, habits, incidents }, { from: MONDAY, to: MONDAY + hours * HOUR, stepMillis })];
}

export const established = ({ established }: Point): number => established ?? Number.NaN;

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** The points of so many hours from one after the first point on. */
export function during(points: readonly Point[], hour: number, hours = 1): Point[] {
  const from = MONDAY + hour * HOUR;
  return points.filter(({ time }) => time >= from && time < from + hours * HOUR);
}
