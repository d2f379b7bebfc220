import type { DiagLogger, Meter } from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import type { MetricName } from './names.js';

/** Metrics that are read together: which names of `metrics:` they serve, and how they get onto a meter. */
export interface MetricFamily {
  readonly names: readonly MetricName[];
  /**
   * Builds what observes this family in one instrumentation. What it tells the log about is kept across the returned
   * function's calls, so that toggling repeats no message.
   */
  create(diag: DiagLogger): Register;
}

/** Puts the listed metrics onto a meter, and returns what takes them off again. */
export type Register = (meter: Meter, options: ResolvedOptions) => Unregister;
export type Unregister = () => void;
