import { inspect } from 'node:util';
import { isProcPath, normalizeProcPath, PROC_FORM } from './config/proc.js';
import { INTERFACE_FORM, type InterfaceSelection, isInterfacePattern, MAX_INTERFACES } from './interfaces.js';
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
   * Whose traffic `net_rx_bytes`, `net_tx_bytes` and `net_errors` observe, 256 interfaces at most.
   * @default {} the physical ones
   */
  interfaces?: InterfaceSelection;
  /**
   * Where the proc file system is mounted, as an absolute path. For any folder but `/proc` the tables of its
   * process 1 are read, so that a container with the host's `/proc` mounted counts the host.
   * @default '/proc'
   */
  proc?: string;
}

/** Options with every default filled in. */
export type ResolvedOptions = Readonly<Required<TcpConnectionsOptions>> & {
  readonly interfaces: Readonly<Required<InterfaceSelection>>;
};

/** Each port is two points in each cycle. */
export const MAX_PORTS = 256;

const SELECTION_NAMES = ['include', 'exclude'] satisfies (keyof InterfaceSelection)[];

const OPTION_NAMES = [
  'enabled',
  'metrics',
  'ports',
  'loopback',
  'namespaces',
  'process',
  'interfaces',
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
    interfaces: Object.freeze({
      include: Object.freeze([...(options.interfaces?.include ?? [])]),
      exclude: Object.freeze([...(options.interfaces?.exclude ?? [])]),
    }),
    proc: normalizeProcPath(options.proc ?? '/proc'),
  });
}

/** Looks at values as they come from JavaScript, whatever the types promise. */
function* mistakesIn(options: unknown): Generator<string> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    yield `options must be an object, not ${show(options)}`;
    return;
  }
  yield* unknownNames(options, OPTION_NAMES, 'option');
  const { metrics, ports, namespaces, interfaces, proc, ...switches } = options as Record<
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
  if (interfaces !== undefined) yield* mistakesInInterfaces(interfaces);
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

function* mistakesInInterfaces(interfaces: unknown): Generator<string> {
  if (typeof interfaces !== 'object' || interfaces === null || Array.isArray(interfaces)) {
    yield `interfaces must be an object with include and exclude, not ${show(interfaces)}`;
    return;
  }
  yield* unknownNames(interfaces, SELECTION_NAMES, 'list in interfaces');
  for (const name of SELECTION_NAMES) {
    const patterns = (interfaces as Record<keyof InterfaceSelection, unknown>)[name];
    if (patterns !== undefined) yield* mistakesInPatterns(`interfaces.${name}`, patterns);
  }
}

function* mistakesInPatterns(list: string, patterns: unknown): Generator<string> {
  if (!Array.isArray(patterns) || patterns.length > MAX_INTERFACES) {
    yield `${list} must be a list of at most ${MAX_INTERFACES} names such as ['eth0', 'veth*'], not ${Array.isArray(patterns) ? `of ${patterns.length}` : show(patterns)}`;
    return;
  }
  const seen = new Set<unknown>();
  for (const pattern of patterns) {
    if (typeof pattern !== 'string' || !isInterfacePattern(pattern)) {
      yield `an entry of ${list} ${INTERFACE_FORM}, not ${show(pattern)}`;
    } else if (seen.has(pattern)) {
      yield `'${pattern}' is listed twice in ${list}`;
    }
    seen.add(pattern);
  }
}

function* unknownNames(object: object, allowed: readonly string[], kind: string): Generator<string> {
  for (const name of Object.keys(object)) {
    if (allowed.includes(name)) continue;
    yield `there is no ${kind} ${show(name)}${didYouMean(name, allowed)}; allowed are ${allowed.join(', ')}`;
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
