import type { ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';
import { endpointProblem } from './endpoint.js';
import { MAX_INTERVAL_MILLIS, MIN_INTERVAL_MILLIS } from './schema.js';

/** A value that an environment variable gives. */
export interface FromEnvironment<T> {
  readonly variable: string;
  readonly value: T;
}

/** Returns the first of the variables that is set; an empty one counts as unset, as OpenTelemetry has it. */
export function firstSet(
  env: NodeJS.ProcessEnv,
  ...variables: string[]
): FromEnvironment<string> | undefined {
  for (const variable of variables) {
    const value = env[variable]?.trim();
    if (value) return { variable, value };
  }
  return undefined;
}

/** The interval of OTEL_METRIC_EXPORT_INTERVAL, in milliseconds. */
export function intervalFromEnvironment(
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): FromEnvironment<number> | undefined {
  const set = firstSet(env, 'OTEL_METRIC_EXPORT_INTERVAL');
  if (set === undefined) return undefined;
  const value = /^\d+$/.test(set.value) ? Number(set.value) : Number.NaN;
  if (value >= MIN_INTERVAL_MILLIS && value <= MAX_INTERVAL_MILLIS) return { variable: set.variable, value };
  problems.push({
    source: set.variable,
    message: `must be a whole number of milliseconds from ${MIN_INTERVAL_MILLIS} to ${MAX_INTERVAL_MILLIS}, such as 10000`,
  });
  return undefined;
}

/** Whether OTEL_METRICS_EXPORTER leaves OTLP on. */
export function otlpIsExported(env: NodeJS.ProcessEnv, problems: ConfigProblem[]): boolean {
  const set = firstSet(env, 'OTEL_METRICS_EXPORTER');
  if (set === undefined || set.value === 'otlp') return true;
  if (set.value !== 'none') {
    problems.push({ source: set.variable, message: 'must be otlp or none; the agent has no other exporter' });
  }
  return false;
}

/** Checks the protocol that OpenTelemetry's variables ask for: only OTLP over HTTP is spoken. */
export function checkProtocol(env: NodeJS.ProcessEnv, problems: ConfigProblem[]): void {
  const set = firstSet(env, 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL');
  // The agent sends JSON, which every OTLP/HTTP receiver takes beside protobuf.
  if (set === undefined || set.value === 'http/protobuf' || set.value === 'http/json') return;
  const message =
    set.value === 'grpc'
      ? 'the agent speaks OTLP over HTTP, not gRPC; unset it, or put an OpenTelemetry Collector with an otlp receiver in between, which takes HTTP on port 4318 and passes it on as gRPC'
      : 'must be http/protobuf or http/json';
  problems.push({ source: set.variable, message });
}

/** The URL of OpenTelemetry's variables that metrics are posted to; its endpoint is judged as one in the file is. */
export function urlFromEnvironment(
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): FromEnvironment<string> | undefined {
  const exact = firstSet(env, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT');
  const set = exact ?? firstSet(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  if (set === undefined) return undefined;
  const problem = endpointProblem(set.value);
  if (problem !== undefined) {
    problems.push({ source: set.variable, message: problem.message });
    return undefined;
  }
  // By the specification the variable of one signal is used as it stands, the general one gets the signal's path.
  if (exact !== undefined) return exact;
  return { ...set, value: `${set.value.replace(/\/+$/, '')}/v1/metrics` };
}
