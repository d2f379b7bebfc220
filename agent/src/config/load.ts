import type {
  InterfaceSelection,
  TcpConnectionsOptions,
} from 'opentelemetry-instrumentation-tcp-connections';
import {
  AgentConfigError,
  type ConfigProblem,
  type MetricName,
  procFromEnvironment,
  readConfigFile,
  readDocument,
} from 'opentelemetry-instrumentation-tcp-connections/config';
import { type AlertsConfig, alertsConfig } from './alerts.js';
import { type DashboardConfig, DEFAULT_LISTEN, parseListen } from './dashboard.js';
import { intervalFromEnvironment, otlpIsExported } from './environment.js';
import { type HistoryConfig, stateDirectory } from './history.js';
import { type NotifyConfig, notifyConfig } from './notify.js';
import { type OtlpConfig, otlpConfig, otlpFromEnvironment } from './otlp.js';
import { proxyFromEnvironment } from './proxy.js';
import { resourceFromEnvironment } from './resource-variables.js';
import { agentSchema } from './schema.js';
import { listSettings, type Setting } from './settings.js';

/** What the agent runs on: the file, else the environment, else the defaults. */
export interface AgentConfig {
  /** Absolute path of the file; `undefined` where there is none at the default place. */
  readonly file: string | undefined;
  readonly metrics: readonly MetricName[];
  readonly ports: readonly number[];
  readonly loopback: boolean;
  /** Which network namespaces of the host are counted. */
  readonly namespaces: 'own' | 'all';
  /** Whether the agent's own connections are counted as well. */
  readonly process: boolean;
  readonly interfaces: Readonly<Required<InterfaceSelection>>;
  readonly proc: string;
  readonly intervalMillis: number;
  /** Attributes that the environment and the file add to the resource. */
  readonly resource: Readonly<Record<string, string | number | boolean>>;
  /** `undefined` where OTEL_METRICS_EXPORTER=none. */
  readonly otlp: OtlpConfig | undefined;
  readonly history: HistoryConfig;
  readonly dashboard: DashboardConfig;
  /** `undefined` where nothing is judged. */
  readonly alerts: AlertsConfig | undefined;
  /** `undefined` where nobody is told. */
  readonly notify: NotifyConfig | undefined;
  /** The same once more for people: every value in force and where it came from, secrets redacted. */
  readonly settings: readonly Setting[];
}

export interface LoadConfigOptions {
  /** The file; else the one that SCOUT_AGENT_CONFIG names, else /opt/scout-agent/agent.env.yml. */
  path?: string | undefined;
  /** @default process.env */
  env?: NodeJS.ProcessEnv;
}

const DEFAULT_METRICS: readonly MetricName[] = ['tcp_connections'];
const DEFAULT_INTERVAL_MILLIS = 10_000;
const DEFAULT_RETENTION_MILLIS = 30 * 86_400_000;

/** @throws AgentConfigError with every mistake of the file and of the environment */
export async function loadConfig({ path, env = process.env }: LoadConfigOptions = {}): Promise<AgentConfig> {
  const source = await readConfigFile(path, env);
  const document = source && (await readDocument(source, { schema: agentSchema, env }));
  const file = document?.value ?? {};
  const problems: ConfigProblem[] = [...(document?.problems ?? [])];
  /** A variable of the environment is judged only where it counts: where the file is silent. */
  const silent = (...path: string[]) => document?.origin(path) === undefined;

  const proc = silent('proc') ? procFromEnvironment(env, problems) : undefined;
  const interval = silent('interval') ? intervalFromEnvironment(env, problems) : undefined;
  const resource = resourceFromEnvironment(env, problems);
  const directory = silent('history', 'directory') ? stateDirectory(env, problems) : undefined;
  const section = file.otlp ?? {};
  const otlp = otlpIsExported(env, problems)
    ? await otlpFromEnvironment(env, section, silent('otlp', 'endpoint'), problems)
    : undefined;
  const notify = notifyConfig(file.notify, (url) => proxyFromEnvironment(url, env, problems));
  if (problems.length > 0) throw new AgentConfigError(problems);

  const config = {
    file: source?.file,
    metrics: file.metrics ?? DEFAULT_METRICS,
    ports: file.ports ?? [],
    loopback: file.loopback ?? true,
    namespaces: file.namespaces ?? 'own',
    process: file.process ?? false,
    interfaces: file.interfaces ?? { include: [], exclude: [] },
    proc: file.proc ?? proc ?? '/proc',
    intervalMillis: file.interval ?? interval?.value ?? DEFAULT_INTERVAL_MILLIS,
    resource: {
      ...Object.fromEntries([...resource].map(([name, { value }]) => [name, value])),
      ...file.resource,
    },
    otlp: otlp && otlpConfig(section, otlp),
    history: {
      directory: file.history?.directory ?? (directory?.value as string),
      retentionMillis: file.history?.retention ?? DEFAULT_RETENTION_MILLIS,
    },
    dashboard: {
      listen: parseListen(file.dashboard?.listen ?? DEFAULT_LISTEN),
      token: file.dashboard?.token,
      url: file.dashboard?.url,
    },
    alerts: alertsConfig(file.alerts, file.metrics ?? DEFAULT_METRICS),
    notify,
  };
  const variables = {
    proc: proc && 'HOST_PROC',
    interval: interval?.variable,
    directory: directory?.variable,
    resource,
    otlp,
  };
  return { ...config, settings: listSettings(config, variables, (path) => document?.origin(path)) };
}

/** What the agent's instrumentation is built from. */
export function instrumentationOptions(config: AgentConfig): TcpConnectionsOptions {
  const { metrics, ports, loopback, namespaces, process, interfaces, proc } = config;
  return { metrics, ports, loopback, namespaces, process, interfaces, proc };
}
