/**
 * Every metric name, unit and attribute key of this package, with its source.
 *
 * Names under `system.` and `network.` are OpenTelemetry semantic conventions 1.45
 * (https://opentelemetry.io/docs/specs/semconv/system/system-metrics/,
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/); names under `scout.` are this project's.
 */

/**
 * Connections by state. The conventions name an UpDownCounter; here it is a gauge, because each value is read whole
 * from the kernel and is never a sum of changes.
 */
export const METRIC_SYSTEM_NETWORK_CONNECTION_COUNT = 'system.network.connection.count';
export const UNIT_CONNECTION = '{connection}';

/**
 * The same of the process's own sockets. Proposed for the conventions
 * (https://github.com/open-telemetry/semantic-conventions/issues/1991), not in them yet.
 */
export const METRIC_PROCESS_NETWORK_CONNECTION_COUNT = 'process.network.connection.count';

/** Established connections by local port, for the ports that are listed. */
export const METRIC_SCOUT_TCP_PORT_CONNECTIONS = 'scout.tcp.port.connections';

/** The share of the ephemeral ports that are taken towards the fullest destination, 0 to 1. */
export const METRIC_SCOUT_TCP_PORT_UTILIZATION = 'scout.tcp.port.utilization';

/** 1 where the last scan of a family's table gave a count, 0 where it did not: no ratio, so Prometheus adds no suffix. */
export const METRIC_SCOUT_TCP_SCAN_SUCCESS = 'scout.tcp.scan.success';
export const UNIT_SUCCESS = '{success}';
export const UNIT_NONE = '1';

/** How long the last scan of a family's table took. */
export const METRIC_SCOUT_TCP_SCAN_DURATION = 'scout.tcp.scan.duration';
export const UNIT_SECOND = 's';

/** Share of the time of all CPUs by mode, 0 to 1. */
export const METRIC_SYSTEM_CPU_UTILIZATION = 'system.cpu.utilization';

/** Connection requests that never become established: full queues, drops, SYN cookies. */
export const METRIC_SCOUT_TCP_LISTEN_OVERFLOWS = 'scout.tcp.listen.overflows';
export const UNIT_EVENT = '{event}';

/** Bytes of each network interface. */
export const METRIC_SYSTEM_NETWORK_IO = 'system.network.io';
export const UNIT_BYTE = 'By';

/** Errors of each network interface: the `errs` columns of `/proc/net/dev`. */
export const METRIC_SYSTEM_NETWORK_ERRORS = 'system.network.errors';
export const UNIT_ERROR = '{error}';

/** What a CPU spends its time on: `user`, `system`, `idle`, ... */
export const ATTR_CPU_MODE = 'cpu.mode';

/** Which of the kernel's counters: `accept_queue_full`, `dropped`, `syn_queue_full`, `syn_cookie_sent`. */
export const ATTR_SCOUT_TCP_LISTEN_EVENT = 'scout.tcp.listen.event';

/** With `namespaces: all`, which network namespace of the host: `own`, or the name of its container, unit or process. */
export const ATTR_SCOUT_NETWORK_NAMESPACE = 'scout.network.namespace';

/** One of the eleven TCP states: `established`, `time_wait`, ... */
export const ATTR_NETWORK_CONNECTION_STATE = 'network.connection.state';

/** `ipv4` or `ipv6`: which of the kernel's two tables a socket stands in. */
export const ATTR_NETWORK_TYPE = 'network.type';

/** The port at this host's end. */
export const ATTR_NETWORK_LOCAL_PORT = 'network.local.port';

/** The name that the kernel gives to a network interface: `eth0`. */
export const ATTR_NETWORK_INTERFACE_NAME = 'network.interface.name';

/** `receive` or `transmit`. */
export const ATTR_NETWORK_IO_DIRECTION = 'network.io.direction';
export const NETWORK_IO_DIRECTION_RECEIVE = 'receive';
export const NETWORK_IO_DIRECTION_TRANSMIT = 'transmit';

/** Always `tcp`. */
export const ATTR_NETWORK_TRANSPORT = 'network.transport';
export const NETWORK_TRANSPORT_TCP = 'tcp';
