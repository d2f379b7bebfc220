import type { Origin } from 'opentelemetry-instrumentation-tcp-connections/config';
import { alertValues } from './alerts.js';
import { authority, NOWHERE } from './dashboard.js';
import { formatDuration } from './duration.js';
import { redactUrl } from './endpoint.js';
import type { FromEnvironment } from './from-environment.js';
import type { AgentConfig } from './load.js';
import { notifyValues } from './notify.js';
import type { OtlpFromEnvironment } from './otlp.js';

/** One value in force, for people to read. */
export interface Setting {
  /** Keys, and the index of an entry of a list. */
  readonly path: readonly (string | number)[];
  /** Redacted where it may hold a secret. */
  readonly value: string | number | boolean;
  /** Where it came from: a line of the file, an environment variable, or `default`. */
  readonly origin: string;
}

/** The names of the variables that gave a value, and all that the variables say of OTLP. */
interface FromVariables {
  readonly proc: string | undefined;
  readonly interval: string | undefined;
  readonly directory: string | undefined;
  readonly resource: ReadonlyMap<string, FromEnvironment<string>>;
  readonly otlp: OtlpFromEnvironment | undefined;
}

const REDACTED = '[redacted]';

/**
 * Lists every value in force with its origin. What no key of the file can set is listed where a variable does. No secret
 * is in the list.
 * @param origin where the file holds the value at a path
 */
export function listSettings(
  config: Omit<AgentConfig, 'settings'>,
  { proc, interval, directory, resource, otlp }: FromVariables,
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
  const settingsOfList = (list: 'include' | 'exclude') =>
    config.interfaces[list].map((pattern, index) => setting(['interfaces', list, index], pattern));
  const settings = [
    ...config.metrics.map((name, index) => setting(['metrics', index], name)),
    ...config.ports.map((port, index) => setting(['ports', index], port)),
    setting(['loopback'], config.loopback),
    setting(['namespaces'], config.namespaces),
    setting(['process'], config.process),
    ...settingsOfList('include'),
    ...settingsOfList('exclude'),
    setting(['interval'], formatDuration(config.intervalMillis), interval),
    setting(['proc'], config.proc, proc),
    ...Object.entries(config.resource).map(([name, value]) =>
      setting(['resource', name], value, resource.get(name)?.variable),
    ),
  ];
  if (config.otlp !== undefined && otlp !== undefined) {
    settings.push(
      setting(['otlp', 'endpoint'], redactUrl(config.otlp.url), otlp.endpoint?.variable),
      ...settingsOfVariables(otlp),
      ...Object.keys(config.otlp.headers).map((name) =>
        setting(['otlp', 'headers', name], REDACTED, otlp.headers.get(name)?.variable),
      ),
    );
  }
  const { listen, token, url } = config.dashboard;
  settings.push(
    setting(['history', 'directory'], config.history.directory, directory),
    setting(['history', 'retention'], formatDuration(config.history.retentionMillis)),
    setting(['dashboard', 'listen'], listen === undefined ? NOWHERE : authority(listen)),
    ...(token === undefined ? [] : [setting(['dashboard', 'token'], REDACTED)]),
    ...(url === undefined ? [] : [setting(['dashboard', 'url'], url)]),
    ...alertValues(config.alerts).map(([path, value]) => setting(path, value)),
    ...notifyValues(config.notify).map((each) => setting(...each)),
  );
  return settings;
}

function settingsOfVariables({ proxy, timeout, compression, tls }: OtlpFromEnvironment): Setting[] {
  const shown: [name: string, set: FromEnvironment<string> | undefined][] = [
    ['proxy', proxy && { ...proxy, value: redactUrl(proxy.value) }],
    ['timeout', timeout && { ...timeout, value: formatDuration(timeout.value) }],
    ['compression', compression],
    ['certificate', tls.ca],
    ['client_certificate', tls.cert],
    ['client_key', tls.key],
  ];
  return shown.flatMap(([name, set]) =>
    set === undefined ? [] : [{ path: ['otlp', name], value: set.value, origin: set.variable }],
  );
}
