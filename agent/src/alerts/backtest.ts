/** The rules in force, run over minutes of the past. Pure. */
import type { AlertChange } from './alert.js';
import { START, step } from './engine.js';
import { numberOf } from './expression.js';
import { DAY, MINUTE } from './hours.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';
import type { View } from './view.js';

export interface Firing {
  readonly rule: string;
  readonly severity: AlertChange['severity'];
  readonly from: number;
  /** `undefined` where it fires at the end of the time. */
  readonly to: number | undefined;
  readonly seen: string;
}

export interface Backtest {
  /** By its name, from when on a rule had what it compares with; absent where it never had. */
  readonly baselineFrom: ReadonlyMap<string, number>;
  readonly firings: readonly Firing[];
}

/**
 * @param readings a minute apart or more, in the order of time; what is missing is a gap
 */
export function backtest(rules: readonly Rule[], readings: Iterable<Reading>): Backtest {
  let state = START;
  const baselineFrom = new Map<string, number>();
  const firings: Firing[] = [];
  const judge = (time: number, reading: Reading | undefined) => {
    const outcome = step(state, rules, time, reading, MINUTE);
    state = outcome.state;
    for (const rule of rules) {
      if (!baselineFrom.has(rule.name) && hasBaseline(rule, outcome.view)) baselineFrom.set(rule.name, time);
    }
    for (const change of outcome.changes) note(firings, change);
  };
  for (const reading of readings) {
    // A longer gap changes nothing any more after a day.
    const missed = Math.min(reading.time, state.time + DAY);
    if (state.time > 0) for (let at = state.time + MINUTE; at < missed; at += MINUTE) judge(at, undefined);
    judge(reading.time, reading);
  }
  return { baselineFrom, firings };
}

function hasBaseline({ figure }: Rule, view: View): boolean {
  return (
    figure === undefined ||
    (numberOf(figure.threshold, view) !== undefined && numberOf(figure.value, view) !== undefined)
  );
}

function note(firings: Firing[], { rule, severity, kind, time, explanation }: AlertChange): void {
  if (kind === 'firing') {
    firings.push({ rule, severity, from: time, to: undefined, seen: explanation.seen });
    return;
  }
  const open = firings.findLastIndex(
    (firing) => firing.rule === rule && firing.severity === severity && firing.to === undefined,
  );
  const firing = firings[open];
  if (firing !== undefined) firings[open] = { ...firing, to: time };
}
