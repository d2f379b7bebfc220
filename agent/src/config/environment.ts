import { type ConfigProblem, nearest } from 'opentelemetry-instrumentation-tcp-connections/config';
import { type FromEnvironment, firstSet } from './from-environment.js';
import { MAX_INTERVAL_MILLIS, MIN_INTERVAL_MILLIS } from './schema.js';

/** The interval of OTEL_METRIC_EXPORT_INTERVAL, in milliseconds. */
export function intervalFromEnvironment(
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): FromEnvironment<number> | undefined {
  const set = firstSet(env, 'OTEL_METRIC_EXPORT_INTERVAL');
  return set && millisecondsOf(set, MIN_INTERVAL_MILLIS, MAX_INTERVAL_MILLIS, problems);
}

/** A number of milliseconds; one that would only be in range as seconds was probably meant so. */
export function millisecondsOf(
  { variable, value: text }: FromEnvironment<string>,
  least: number,
  most: number,
  problems: ConfigProblem[],
): FromEnvironment<number> | undefined {
  const isInRange = (millis: number) => millis >= least && millis <= most;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (isInRange(value)) return { variable, value };
  const seconds = /^(\d+)s?$/i.exec(text)?.[1];
  const meant = seconds === undefined ? Number.NaN : Number(seconds) * 1000;
  const hint = isInRange(meant) ? `; did you mean ${meant}?` : '';
  const message = `must be a whole number of milliseconds from ${least} to ${most}, such as 10000${hint}`;
  problems.push({ source: variable, message });
  return undefined;
}

/** Whether OTEL_METRICS_EXPORTER leaves OTLP on. Where it can't be understood it does: what else is wrong counts too. */
export function otlpIsExported(env: NodeJS.ProcessEnv, problems: ConfigProblem[]): boolean {
  const set = firstSet(env, 'OTEL_METRICS_EXPORTER');
  if (set === undefined || set.value === 'otlp') return true;
  if (set.value === 'none') return false;
  const meant = nearest(set.value, ['otlp', 'none']);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  const message = `must be otlp or none; the agent has no other exporter${hint}`;
  problems.push({ source: set.variable, message });
  return true;
}
