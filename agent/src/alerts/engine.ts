/** The judging: pure, so that a month is judged in seconds and two engines can be compared. */
import type { AlertChange, Explanation } from './alert.js';
import { type Baseline, baselineAt, HOURLY, type Hourly, settledHour } from './baseline.js';
import { isMet, numberOf } from './expression.js';
import { HOUR, type Hours, MINUTE, NO_HOURS, withValue } from './hours.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';
import { HOLD_MILLIS, type Memory, NO_MEMORY, remember, sees, signalsAt } from './signals.js';
import type { Evaluation, View } from './view.js';

/** How far back rules look among the evaluations: an hour, five minutes, and as long as a value holds. */
const RECENT_MILLIS = HOUR + 11 * MINUTE;

/** How long what fires goes on where nothing is known any more. */
export const GAP_MILLIS = HOUR;

export interface Alert {
  readonly phase: 'pending' | 'firing';
  /** Since when its condition has been met: milliseconds since 1970. */
  readonly since: number;
  /** Since when it fires. */
  readonly firingSince?: number | undefined;
}

export interface State {
  /** Of the last evaluation: milliseconds since 1970. */
  readonly time: number;
  readonly memory: Memory;
  readonly recent: readonly Evaluation[];
  readonly hours: Readonly<Record<Hourly, Hours>>;
  readonly baseline: Baseline;
  /** When the connections were known last. */
  readonly lastKnown: number;
  /** What is pending or fires, by {@link alertKey}. */
  readonly alerts: Readonly<Record<string, Alert>>;
}

export const START: State = {
  time: 0,
  memory: NO_MEMORY,
  recent: [],
  hours: { connections: NO_HOURS, received: NO_HOURS, transmitted: NO_HOURS, throughput: NO_HOURS },
  baseline: baselineAt(0, { connections: [], received: [], transmitted: [], throughput: [] }),
  lastKnown: Number.NEGATIVE_INFINITY,
  alerts: {},
};

export interface Outcome {
  readonly state: State;
  readonly changes: readonly AlertChange[];
  readonly view: View;
}

export function alertKey({ name, severity }: Pick<Rule, 'name' | 'severity'>): string {
  return `${name} ${severity}`;
}

/**
 * Evaluates every rule once.
 * @param time milliseconds since 1970
 * @param reading `undefined` where the cycle has not come
 */
export function step(
  before: State,
  rules: readonly Rule[],
  time: number,
  reading: Reading | undefined,
  intervalMillis: number,
): Outcome {
  if (time <= before.time) return clockWentBack(before, time, intervalMillis);
  const state = observed(before, time, reading, intervalMillis);
  const view = viewOf(state, intervalMillis);
  const alerts: Record<string, Alert> = {};
  const changes: AlertChange[] = [];
  for (const rule of rules) {
    const key = alertKey(rule);
    const was = state.alerts[key];
    const is = judged(rule, was, view, state);
    if (is !== undefined) alerts[key] = is;
    if (is?.phase === 'firing' && was?.phase !== 'firing')
      changes.push(change(rule, 'firing', is.since, view));
    if (was?.phase === 'firing' && is === undefined)
      changes.push(change(rule, 'resolved', was.firingSince ?? was.since, view));
  }
  return { state: { ...state, alerts }, changes, view };
}

export function viewOf(state: State, intervalMillis: number): View {
  return {
    time: state.time,
    now: state.recent.at(-1) ?? { gauges: {} },
    recent: state.recent,
    baseline: state.baseline,
    sees: () => sees(state.memory, state.time, intervalMillis),
  };
}

function observed(before: State, time: number, reading: Reading | undefined, intervalMillis: number): State {
  const memory = reading === undefined ? before.memory : remember(before.memory, reading, intervalMillis);
  const evaluation = signalsAt(memory, time, intervalMillis);
  const hours = { ...before.hours };
  for (const signal of HOURLY) hours[signal] = withValue(hours[signal], time, evaluation[signal]);
  return {
    time,
    memory,
    recent: withEvaluation(before.recent, evaluation),
    hours,
    baseline: baselineOf(before.baseline, time, hours),
    lastKnown: evaluation.connections === undefined ? before.lastKnown : time,
    alerts: before.alerts,
  };
}

function withEvaluation(recent: readonly Evaluation[], evaluation: Evaluation): Evaluation[] {
  const oldest = evaluation.time - RECENT_MILLIS;
  const first = recent.findIndex(({ time }) => time > oldest);
  const kept = first === -1 ? [] : recent.slice(first);
  kept.push(evaluation);
  return kept;
}

/** Complete hours alone go into it, so it stands for an hour. */
function baselineOf(before: Baseline, time: number, hours: State['hours']): Baseline {
  if (before.hour === settledHour(time)) return before;
  return baselineAt(time, {
    connections: hours.connections.complete,
    received: hours.received.complete,
    transmitted: hours.transmitted.complete,
    throughput: hours.throughput.complete,
  });
}

/** @returns `undefined` where it neither is pending nor fires */
function judged(rule: Rule, was: Alert | undefined, view: View, state: State): Alert | undefined {
  const { time } = view;
  const isFiring = was?.phase === 'firing';
  const met =
    isMet(rule.fires, view) || (isFiring && (isMet(rule.holds, view) || isOverGap(rule, view, state)));
  if (!met) return undefined;
  if (isFiring) return was;
  const since = was?.since ?? time;
  return time - since >= rule.forMillis
    ? { phase: 'firing', since, firingSince: time }
    : { phase: 'pending', since };
}

function isOverGap({ holdsOverGap }: Rule, { now, time }: View, { lastKnown }: State): boolean {
  return holdsOverGap && now.connections === undefined && lastKnown > time - GAP_MILLIS;
}

function change(rule: Rule, kind: AlertChange['kind'], since: number, view: View): AlertChange {
  return {
    rule: rule.name,
    severity: rule.severity,
    kind,
    time: view.time,
    since,
    explanation: explained(rule, view),
  };
}

export function explained(rule: Rule, view: View): Explanation {
  const { figure } = rule;
  const value = figure && numberOf(figure.value, view);
  const threshold = figure && numberOf(figure.threshold, view);
  return {
    ...rule.explain(view),
    ...(figure === undefined || value === undefined || threshold === undefined
      ? {}
      : { value: { value, threshold, unit: figure.unit } }),
  };
}

/**
 * Fires and resolves nothing. A little is the clock being kept in time, and is sat out; after more, what was seen "later"
 * is forgotten, and the next cycle is judged anew.
 */
function clockWentBack(before: State, time: number, intervalMillis: number): Outcome {
  const unchanged = { state: before, changes: [], view: viewOf(before, intervalMillis) };
  if (before.time - time < HOLD_MILLIS) return unchanged;
  const hours = { ...before.hours };
  for (const signal of HOURLY) {
    hours[signal] = { complete: hours[signal].complete.filter(({ end }) => end <= time), open: undefined };
  }
  const alerts = Object.entries(before.alerts).filter(([, { phase }]) => phase === 'firing');
  const state: State = {
    ...before,
    time,
    memory: NO_MEMORY,
    recent: before.recent.filter((evaluation) => evaluation.time <= time),
    hours,
    lastKnown: Math.min(before.lastKnown, time),
    alerts: Object.fromEntries(alerts),
  };
  return { state, changes: [], view: viewOf(state, intervalMillis) };
}
