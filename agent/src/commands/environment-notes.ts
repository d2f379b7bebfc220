import { type FromEnvironment, firstOfOtlp, firstSet } from '../config/from-environment.js';
import type { AgentConfig } from '../config/load.js';
import { isNotifySecret } from '../config/notify.js';

/** What the environment asks for and does not get, or gets in another way; no mistake that stops anything. */
export interface EnvironmentNote {
  readonly level: 'info' | 'warn';
  readonly text: string;
}

export function environmentNotes(
  { otlp, settings, alerts, notify }: AgentConfig,
  env: NodeJS.ProcessEnv,
): EnvironmentNote[] {
  const notes: EnvironmentNote[] = settings
    .filter(({ path, origin }) => isNotifySecret(path) && /^line \d+$/.test(origin))
    .map(({ path, origin }) => ({ level: 'warn', text: secretInClear(path, origin) }));
  if (alerts === undefined && (notify?.slack ?? notify?.email ?? notify?.webhook) !== undefined)
    notes.push({ level: 'warn', text: 'alerts is false: nothing is judged, and nobody is told of anything' });
  const disabled = firstSet(env, 'OTEL_SDK_DISABLED');
  if (disabled !== undefined && !/^(?:true|false)$/i.test(disabled.value)) {
    // By the specification of environment variables, any other value is false, and worth a warning.
    const text = `${shown(disabled)} is neither true nor false and counts as false`;
    notes.push({ level: 'warn', text });
  }
  if (otlp === undefined) return notes;
  const protocol = firstOfOtlp(env, 'PROTOCOL');
  if (protocol?.value === 'http/protobuf') {
    const text = `${protocol.variable}=http/protobuf: the agent sends http/json, which OTLP receivers take as well; a backend that takes protobuf alone needs a Collector in between`;
    notes.push({ level: 'info', text });
  }
  const temporality = firstSet(env, 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE');
  if (temporality !== undefined && temporality.value.toLowerCase() !== 'cumulative') {
    const text = `${shown(temporality)} is not honoured: sums are always sent as cumulative`;
    notes.push({ level: 'warn', text });
  }
  return notes;
}

function secretInClear(path: readonly (string | number)[], origin: string): string {
  const name = path.slice(1).join('_').replace(/\W/g, '_').toUpperCase();
  return `${path.join('.')} stands in clear in ${origin} of the file; write \${env:${name}} there, and the value into the agent's environment`;
}

/** On one line, whatever the value is. */
function shown({ variable, value }: FromEnvironment<string>): string {
  return `${variable}=${JSON.stringify(value.slice(0, 100))}`;
}
