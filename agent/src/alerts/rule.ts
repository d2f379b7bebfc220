import type { Explanation, Severity } from './alert.js';
import type { Condition, Value } from './expression.js';
import type { View } from './view.js';

/** One alert of one severity, as both engines judge it. */
export interface Rule {
  /** With the severity it is unique. */
  readonly name: string;
  readonly severity: Severity;
  /** A few words, for lists. */
  readonly title: string;
  /** How long the condition has to be met before it fires. */
  readonly forMillis: number;
  readonly fires: Condition;
  /** What keeps it firing, so that a value that wavers about its threshold is one alert. */
  readonly holds: Condition;
  /** Whether it goes on firing for up to an hour where nothing is known any more. */
  readonly holdsOverGap: boolean;
  /** What is judged and from where on it is too much; absent where that isn't one number. */
  readonly figure?: Figure | undefined;
  /** How the threshold came about, in words. */
  derivation(view: View): string;
  explain(view: View): Omit<Explanation, 'value' | 'runbook'>;
}

export interface Figure {
  readonly value: Value;
  readonly threshold: Value;
  readonly unit: string;
  /** Where the threshold alone decides: the series that it can be drawn over. */
  readonly series?: Series | undefined;
}

/** As the history keeps it. */
export interface Series {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export const ESTABLISHED: Series = {
  name: 'system.network.connection.count',
  attributes: { 'network.connection.state': 'established' },
};

/** A rule lets go where the value is under this share of its threshold. */
export const HOLD_SHARE = 0.9;
