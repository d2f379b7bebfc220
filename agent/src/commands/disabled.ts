/** Says that this environment switches `run` off; `undefined` where it doesn't. OpenTelemetry's SDKs heed the variable. */
export function disabledBy(env: NodeJS.ProcessEnv): string | undefined {
  return env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true'
    ? 'OTEL_SDK_DISABLED=true: the environment switches the agent off, and nothing is counted'
    : undefined;
}
