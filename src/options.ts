import { inspect } from 'node:util';
import { isProcPath, normalizeProcPath, PROC_FORM } from './config/proc.js';
import { METRIC_NAMES, type MetricName } from './metrics/names.js';
import { nearest } from './nearest.js';

/** What `new TcpConnectionsInstrumentation(options)` takes; everything is optional. */
export interface TcpConnectionsOptions {
  /**
   * Whether the instrumentation observes as soon as it is built.
   * @default true
   */
  enabled?: boolean;
  /**
   * What to observe, by the names that `metrics:` has in agent.env.yml.
   * @default ['tcp_connections']
   */
  metrics?: readonly MetricName[];
  /**
   * Local ports whose established connections are counted apart as well, as `scout.tcp.port.connections`.
   * @default []
   */
  ports?: readonly number[];
  /**
   * Whether connections of this host with itself count: those whose own end is in 127.0.0.0/8 or is ::1. Each has two
   * ends here and counts twice. `false` leaves them out of every count.
   * @default true
   */
  loopback?: boolean;
  /**
   * Which network namespaces are counted: that of the process, or of process 1 of `proc`, or `all` of the host that have
   * a process in them, told apart by the attribute `scout.network.namespace`. Others' connections need no privilege.
   * @default 'own'
   */
  namespaces?: 'own' | 'all';
  /**
   * Whether this process's own sockets are counted as well, by state and family, as `process.network.connection.count`.
   * @default false
   */
  process?: boolean;
  /**
   * Where the proc file system is mounted, as an absolute path. For any folder but `/proc` the tables of its
   * process 1 are read, so that a container with the host's `/proc` mounted counts the host.
   * @default '/proc'
   */
  proc?: string;
}

/** Options with every default filled in. */
export type ResolvedOptions = Readonly<Required<TcpConnectionsOptions>>;

/** Each port is two points in each cycle. */
export const MAX_PORTS = 256;

const OPTION_NAMES = [
  'enabled',
  'metrics',
  'ports',
  'loopback',
  'namespaces',
  'process',
  'proc',
] satisfies (keyof TcpConnectionsOptions)[];

/**
 * Fills in the defaults.
 * @throws {TypeError} that names every option that is wrong, what is allowed, and what was probably meant
 */
export function resolveOptions(options: TcpConnectionsOptions = {}): ResolvedOptions {
  const mistakes = [...mistakesIn(options)];
  if (mistakes.length > 0) {
    throw new TypeError(`TcpConnectionsInstrumentation: ${mistakes.join('; ')}`);
  }
  return Object.freeze({
    enabled: options.enabled ?? true,
    metrics: Object.freeze([...(options.metrics ?? ['tcp_connections' as const])]),
    ports: Object.freeze([...(options.ports ?? [])]),
    loopback: options.loopback ?? true,
    namespaces: options.namespaces ?? 'own',
    process: options.process ?? false,
    proc: normalizeProcPath(options.proc ?? '/proc'),
  });
}

/** Looks at values as they come from JavaScript, whatever the types promise. */
function* mistakesIn(options: unknown): Generator<string> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    yield `options must be an object, not ${show(options)}`;
    return;
  }
  for (const name of Object.keys(options)) {
    if (!(OPTION_NAMES as string[]).includes(name)) {
      yield `there is no option ${show(name)}${didYouMean(name, OPTION_NAMES)}; allowed are ${OPTION_NAMES.join(', ')}`;
    }
  }
  const { metrics, ports, namespaces, proc, ...switches } = options as Record<
    keyof TcpConnectionsOptions,
    unknown
  >;
  for (const name of ['enabled', 'loopback', 'process'] as const) {
    const value = switches[name];
    if (value !== undefined && typeof value !== 'boolean')
      yield `${name} must be true or false, not ${show(value)}`;
  }
  if (metrics !== undefined) yield* mistakesInMetrics(metrics);
  if (namespaces !== undefined && namespaces !== 'own' && namespaces !== 'all') {
    yield `namespaces must be 'own' or 'all', not ${show(namespaces)}`;
  }
  if (ports !== undefined) yield* mistakesInPorts(ports);
  if (proc !== undefined && (typeof proc !== 'string' || !isProcPath(proc))) {
    yield `proc ${PROC_FORM}, not ${show(proc)}`;
  }
}

function* mistakesInMetrics(metrics: unknown): Generator<string> {
  if (!Array.isArray(metrics) || metrics.length === 0) {
    yield `metrics must be a list of at least one of ${METRIC_NAMES.join(', ')}, not ${show(metrics)}`;
    return;
  }
  const seen = new Set<unknown>();
  for (const name of metrics) {
    if (!METRIC_NAMES.includes(name)) {
      yield `there is no metric ${show(name)}${didYouMean(String(name), METRIC_NAMES)}; allowed are ${METRIC_NAMES.join(', ')}`;
    } else if (seen.has(name)) {
      yield `metric '${name}' is listed twice`;
    }
    seen.add(name);
  }
}

function* mistakesInPorts(ports: unknown): Generator<string> {
  if (!Array.isArray(ports) || ports.length > MAX_PORTS) {
    yield `ports must be a list of at most ${MAX_PORTS} port numbers such as [443, 5432], not ${Array.isArray(ports) ? `of ${ports.length}` : show(ports)}`;
    return;
  }
  const seen = new Set<unknown>();
  for (const port of ports) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      yield `a port is a whole number from 1 to 65535, not ${show(port)}`;
    } else if (seen.has(port)) {
      yield `port ${port} is listed twice`;
    }
    seen.add(port);
  }
}

function didYouMean(name: string, allowed: readonly string[]): string {
  const meant = nearest(name, allowed);
  return meant === undefined ? '' : ` (did you mean '${meant}'?)`;
}

function show(value: unknown): string {
  return inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 10,
    maxStringLength: 100,
  });
}
