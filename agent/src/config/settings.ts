import { parseKeyPairsIntoRecord } from '@opentelemetry/core';
import type { Origin } from 'opentelemetry-instrumentation-tcp-connections/config';
import { formatDuration } from './duration.js';
import { redactUrl } from './endpoint.js';
import { firstSet } from './environment.js';
import type { AgentConfig } from './load.js';

/** One value in force, for people to read. */
export interface Setting {
  /** Keys, and the index of an entry of a list. */
  readonly path: readonly (string | number)[];
  /** Redacted where it may hold a secret. */
  readonly value: string | number | boolean;
  /** Where it came from: a line of the file, an environment variable, or `default`. */
  readonly origin: string;
}

const REDACTED = '[redacted]';

/**
 * Lists every value in force with its origin. No secret is in the list.
 * @param variables the environment variables that gave a value
 * @param origin where the file holds the value at a path
 */
export function listSettings(
  config: Omit<AgentConfig, 'settings'>,
  env: NodeJS.ProcessEnv,
  variables: Readonly<Record<'proc' | 'interval' | 'endpoint', string | undefined>>,
  origin: (path: Setting['path']) => Origin | undefined,
): Setting[] {
  const setting = (path: Setting['path'], value: Setting['value'], variable = 'default'): Setting => {
    const place = origin(path);
    if (place === undefined) return { path, value, origin: variable };
    const { line, references } = place;
    return {
      path,
      value: references.length > 0 ? REDACTED : value,
      origin: [`line ${line}`, ...references].join(', '),
    };
  };
  const { otlp } = config;
  return [
    ...config.metrics.map((name, index) => setting(['metrics', index], name)),
    setting(['interval'], formatDuration(config.intervalMillis), variables.interval),
    setting(['proc'], config.proc, variables.proc),
    ...Object.entries(config.resource).map(([name, value]) => setting(['resource', name], value)),
    ...(otlp === undefined
      ? []
      : [
          setting(['otlp', 'endpoint'], redactUrl(otlp.url), variables.endpoint),
          ...Object.entries(headerVariables(env, otlp.headers)).map(([name, variable]) =>
            setting(['otlp', 'headers', name], REDACTED, variable),
          ),
        ]),
  ];
}

/** Every header that a request gets, with the variable that gives it where the file does not. */
function headerVariables(
  env: NodeJS.ProcessEnv,
  fromFile: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> {
  const variables: Record<string, string | undefined> = {};
  for (const variable of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS']) {
    const pairs = parseKeyPairsIntoRecord(firstSet(env, variable)?.value);
    for (const name of Object.keys(pairs)) variables[name] = variable;
  }
  for (const name of Object.keys(fromFile)) variables[name] = undefined;
  return variables;
}
