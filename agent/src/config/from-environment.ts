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

/** Returns an exporter's variable by the end of its name; that of one signal wins over the general one. */
export function firstOfOtlp(env: NodeJS.ProcessEnv, name: string): FromEnvironment<string> | undefined {
  return firstSet(env, `OTEL_EXPORTER_OTLP_METRICS_${name}`, `OTEL_EXPORTER_OTLP_${name}`);
}
