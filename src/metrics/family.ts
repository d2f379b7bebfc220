import type { DiagLogger, Meter } from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import type { MetricName } from './names.js';

/** Metrics that are read together: by which options they are asked for, and how they get onto a meter. */
export interface MetricFamily {
  isWanted(options: ResolvedOptions): boolean;
  /**
   * Builds what observes this family in one instrumentation. What it tells the log about is kept across the returned
   * function's calls, so that toggling repeats no message.
   */
  create(diag: DiagLogger): Register;
}

/** Whether `metrics:` lists one of these names. */
export function listsAny({ metrics }: ResolvedOptions, names: readonly MetricName[]): boolean {
  return metrics.some((name) => names.includes(name));
}

/** Puts the listed metrics onto a meter, and returns what takes them off again. */
export type Register = (meter: Meter, options: ResolvedOptions) => Unregister;
export type Unregister = () => void;
