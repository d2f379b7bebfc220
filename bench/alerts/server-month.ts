/**
 * What the alerts are judged on: four weeks that the history has kept by the hour, and after them the cycles that are
 * judged, a month of them or, around an incident, as many as it needs. So every rule has its baseline from the first
 * judged cycle on, and a month without a false notification isn't one in which the rules were still learning.
 */
import { DAY, type Span } from '../../test/support/calendar.js';
import { mixed } from '../../test/support/randomness.js';
import { type Hour, hoursOf } from '../../test/support/simulation/hours.js';
import { type Point, simulate } from '../../test/support/simulation/points.js';
import type { SimulatedServer } from '../../test/support/simulation/server.js';

/** Parameters are chosen on `training`, figures are quoted from `quoted`. */
export const SEED_SETS = ['training', 'quoted'] as const;
export type SeedSet = (typeof SEED_SETS)[number];

export const HISTORY_DAYS = 28;
const HISTORY_STEP = 60_000;

/** What a judge is given: nothing that a running agent wouldn't know. */
export interface JudgedServer {
  /** From one cycle to the next, milliseconds. */
  readonly stepMillis: number;
  /** What its configuration lists. */
  readonly metrics: readonly string[];
  /** Of which there are messages; `undefined` for the channel's default. */
  readonly severities: readonly string[] | undefined;
  /** The complete hours before the first point, oldest first; those in which nothing was collected are absent. */
  readonly hours: readonly Hour[];
  /** The judged cycles in the order of time; those in which nothing was collected are absent. */
  points(): Iterable<Point>;
}

export const TRUTH_KINDS = [
  'fast leak',
  'slow leak',
  'flood',
  'idle flood',
  'SYN flood',
  'heavy transfer',
  'half closed',
  'ports',
  'legitimate surge',
  'gap',
] as const;
export type TruthKind = (typeof TRUTH_KINDS)[number];

/** What went wrong, and when. */
export interface Truth extends Span {
  readonly kind: TruthKind;
  /** From when on there is enough of it to be found: delays count from here. For a leak it is `from`. */
  readonly full: number;
}

export interface ServerMonth {
  readonly server: SimulatedServer;
  readonly history: Span;
  readonly judged: Span;
  readonly stepMillis: number;
  readonly metrics: readonly string[];
  readonly severities: readonly string[] | undefined;
  /** Within the judged span. */
  readonly truth: readonly Truth[];
}

export function judgedServer({
  server,
  history,
  judged,
  stepMillis,
  metrics,
  severities,
}: ServerMonth): JudgedServer {
  return {
    stepMillis,
    metrics,
    severities,
    hours: [...hoursOf(simulate(server, { ...history, stepMillis: HISTORY_STEP }))],
    points: () => simulate(server, { ...judged, stepMillis }),
  };
}

/** The two sets can't share a seed: the last bit tells them apart. */
export function seedOf(set: SeedSet, className: string, number: number): number {
  const name = [...className].map((letter) => letter.codePointAt(0) as number);
  return (mixed(...name, number) << 1) | SEED_SETS.indexOf(set);
}

/** Four weeks that begin on a day of the years 2026 and 2027, so on any weekday. */
export function historySpan(uniform: number): Span {
  const from = Date.UTC(2026, 0, 1) + Math.floor(uniform * 730) * DAY;
  return { from, to: from + HISTORY_DAYS * DAY };
}
