import type { Severity } from './alert.js';
import { alertKey, type State, viewOf } from './engine.js';
import { nearness, numberOf } from './expression.js';
import type { Rule, Series } from './rule.js';

/** A rule as it stands now. */
export interface RuleReport {
  readonly rule: string;
  readonly severity: Severity;
  /** A few words. */
  readonly title: string;
  readonly state: 'inactive' | 'pending' | 'firing';
  /** Since when its condition is met: milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly forMillis: number;
  /** What is judged, and from where on it is too much; absent where that is not known. */
  readonly value?: number | undefined;
  readonly threshold?: number | undefined;
  readonly unit?: string | undefined;
  /** Where the threshold alone decides: the series that it can be drawn over. */
  readonly series?: Series | undefined;
  /** 1 at its threshold; of what has to be met together, the farthest. */
  readonly nearness?: number | undefined;
  /** How the threshold came about, in words. */
  readonly derivation: string;
}

export function reportOf(rules: readonly Rule[], state: State, intervalMillis: number): RuleReport[] {
  const view = viewOf(state, intervalMillis);
  return rules.map((rule) => {
    const alert = state.alerts[alertKey(rule)];
    return {
      rule: rule.name,
      severity: rule.severity,
      title: rule.title,
      state: alert?.phase ?? 'inactive',
      since: alert?.since,
      forMillis: rule.forMillis,
      value: rule.figure && numberOf(rule.figure.value, view),
      threshold: rule.figure && numberOf(rule.figure.threshold, view),
      unit: rule.figure?.unit,
      series: rule.figure?.series,
      nearness: finite(nearness(rule.fires, view)),
      derivation: rule.derivation(view),
    };
  });
}

/** JSON knows no infinity. */
function finite(value: number | undefined): number | undefined {
  return value === Number.POSITIVE_INFINITY ? 1 : value;
}
