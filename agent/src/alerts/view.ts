import type { Baseline } from './baseline.js';

/** The signals of one evaluation; what is not known is absent. */
export interface Signals {
  readonly connections?: number | undefined;
  /** Bytes a second. */
  readonly received?: number | undefined;
  readonly transmitted?: number | undefined;
  /** Both together. */
  readonly throughput?: number | undefined;
  /** Events a second. */
  readonly acceptQueueFull?: number | undefined;
  readonly synCookies?: number | undefined;
  /** Gauges by their key, of the last five minutes. */
  readonly gauges: Readonly<Record<string, number>>;
}

export interface Evaluation extends Signals {
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** All that a rule may look at. */
export interface View {
  readonly time: number;
  /** Of this evaluation. */
  readonly now: Signals;
  /** Evaluations of a little more than the last hour, this one among them, oldest first. */
  readonly recent: readonly Evaluation[];
  readonly baseline: Baseline;
  /** Whether a scan succeeded in the last few cycles; `undefined` where none was tried in the last hour. */
  readonly sees: () => boolean | undefined;
}
