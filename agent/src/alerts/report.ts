import type { Severity } from './alert.js';
import { alertKey, type State, viewOf } from './engine.js';
import { numberOf } from './expression.js';
import type { Rule } from './rule.js';

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
      derivation: rule.derivation(view),
    };
  });
}
