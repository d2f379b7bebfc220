import { type ConfigProblem, nearest } from 'opentelemetry-instrumentation-tcp-connections/config';
import { endpointProblem, metricsUrl } from './endpoint.js';
import { millisecondsOf } from './environment.js';
import { type FromEnvironment, firstOfOtlp, firstSet } from './from-environment.js';

/** Some exporters read their timeout in seconds, and OTEL_EXPORTER_OTLP_TIMEOUT=10 would let nothing arrive in time here. */
const MIN_TIMEOUT_MILLIS = 100;
const MAX_TIMEOUT_MILLIS = 3_600_000;

const COMPRESSIONS = ['gzip', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** Checks the protocol that OpenTelemetry's variables ask for: only OTLP over HTTP is spoken. */
export function checkProtocol(env: NodeJS.ProcessEnv, problems: ConfigProblem[]): void {
  const set = firstOfOtlp(env, 'PROTOCOL');
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
  return exact ?? { ...set, value: metricsUrl(set.value) };
}

/** The time that one export may take, in milliseconds. */
export function timeoutFromEnvironment(
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): FromEnvironment<number> | undefined {
  const set = firstOfOtlp(env, 'TIMEOUT');
  return set && millisecondsOf(set, MIN_TIMEOUT_MILLIS, MAX_TIMEOUT_MILLIS, problems);
}

export function compressionFromEnvironment(
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): FromEnvironment<Compression> | undefined {
  const set = firstOfOtlp(env, 'COMPRESSION');
  if (set === undefined) return undefined;
  const value = COMPRESSIONS.find((name) => name === set.value);
  if (value !== undefined) return { variable: set.variable, value };
  const meant = nearest(set.value, COMPRESSIONS);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  problems.push({ source: set.variable, message: `must be gzip or none${hint}` });
  return undefined;
}
