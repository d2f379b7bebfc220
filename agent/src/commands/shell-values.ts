import type { AgentConfig } from '../config/load.js';

/** Variables that say whether, and not what: no setting has them for its origin. */
const SWITCHES = ['OTEL_METRICS_EXPORTER', 'OTEL_SDK_DISABLED'];

/**
 * Which values of the service's configuration the service may get otherwise, because they are of this shell's
 * environment.
 * @returns `undefined` where there are none
 */
export function shellValues({ settings }: AgentConfig, env: NodeJS.ProcessEnv): string | undefined {
  const set = settings.flatMap(({ path, origin }) =>
    (path.join('.') === 'history.directory' && origin === 'default' ? ['HOME'] : variablesIn(origin))
      .filter((name) => env[name])
      .map((name) => `${name} (${path.join('.')})`),
  );
  const all = [...set, ...SWITCHES.filter((name) => env[name])];
  if (all.length === 0) return undefined;
  return (
    `of this shell, not of the service: ${all.join(', ')}; the service has the variables of its unit, ` +
    'which "sudo systemctl edit scout-agent" gives it as Environment= or EnvironmentFile= below [Service]'
  );
}

/** `HOST_PROC`, or references as in `line 3, ${env:NAME}`. */
function variablesIn(origin: string): string[] {
  if (/^[A-Z_]+$/.test(origin)) return [origin];
  return Array.from(origin.matchAll(/\$\{env:(\w+)/g), ([, name]) => name as string);
}
