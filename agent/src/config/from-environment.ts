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
