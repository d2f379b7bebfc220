import { type BatchObservableResult, type Meter, type Observable, ValueType } from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import { TCP_STATES, type TcpState } from '../procfs/index.js';
import { readOwnSockets } from '../procfs/own-sockets.js';
import { readPortRange } from '../procfs/port-range.js';
import { type FamilyScan, scanTcpTables } from '../procfs/tcp-scan.js';
import {
  ATTR_NETWORK_CONNECTION_STATE,
  ATTR_NETWORK_LOCAL_PORT,
  ATTR_NETWORK_TRANSPORT,
  ATTR_NETWORK_TYPE,
  METRIC_SCOUT_TCP_PORT_CONNECTIONS,
  METRIC_SCOUT_TCP_SCAN_DURATION,
  METRIC_SCOUT_TCP_SCAN_SUCCESS,
  METRIC_SYSTEM_NETWORK_CONNECTION_COUNT,
  NETWORK_TRANSPORT_TCP,
  UNIT_CONNECTION,
  UNIT_NONE,
  UNIT_SECOND,
} from '../semconv.js';
import { listsAny, type MetricFamily, type Unregister } from './family.js';
import type { MetricName } from './names.js';
import { createPortUtilizationGauge, observePortUtilization } from './port-utilization.js';
import { createProcessGauge, observeProcess } from './process-connections.js';
import { type ScanLog, scanLog } from './scan-log.js';
import { type Attempt, tellOnce } from './told-once.js';

const STATES_OF_NAME: Partial<Readonly<Record<MetricName, readonly TcpState[]>>> = {
  tcp_connections: ['established'],
  tcp_time_wait: ['time_wait'],
  tcp_close_wait: ['close_wait'],
  tcp_listen: ['listen'],
  tcp_states: TCP_STATES,
};

/** Connections by state and address family, and how the scans behind them went. */
export const tcpConnections: MetricFamily = {
  isWanted: (options) =>
    options.ports.length > 0 ||
    options.process ||
    listsAny(options, ['tcp_port_utilization']) ||
    listsAny(options, Object.keys(STATES_OF_NAME) as MetricName[]),
  create: (diag) => {
    const log = scanLog(diag);
    const tryOwn = tellOnce(diag, "count of this process's own connections");
    const tryRange = tellOnce(diag, 'port utilisation');
    return (meter, options) => register(meter, options, { log, tryOwn, tryRange });
  },
};

/** What is told once and not in each cycle. */
interface Told {
  readonly log: ScanLog;
  readonly tryOwn: Attempt;
  readonly tryRange: Attempt;
}

function register(meter: Meter, options: ResolvedOptions, { log, tryOwn, tryRange }: Told): Unregister {
  const states = new Set(options.metrics.flatMap((name) => STATES_OF_NAME[name] ?? []));
  const wantsUtilization = listsAny(options, ['tcp_port_utilization']);
  const instruments = createInstruments(meter);
  const observables: Observable[] = Object.values(instruments);
  const observe = async (result: BatchObservableResult): Promise<void> => {
    const [own, portRange] = await Promise.all([
      options.process ? tryOwn(readOwnSockets) : undefined,
      wantsUtilization ? tryRange(() => readPortRange(options.proc)) : undefined,
    ]);
    const scans = await scanTcpTables(options.proc, { ...options, own, portRange });
    log(scans);
    if (own !== undefined) await observeProcess(result, instruments.process, own, scans, options);
    if (portRange !== undefined) observePortUtilization(result, instruments.utilization, scans, portRange);
    for (const scan of scans) observeScan(result, instruments, scan, states);
  };
  meter.addBatchObservableCallback(observe, observables);
  return () => meter.removeBatchObservableCallback(observe, observables);
}

function createInstruments(meter: Meter) {
  return {
    count: meter.createObservableGauge(METRIC_SYSTEM_NETWORK_CONNECTION_COUNT, {
      unit: UNIT_CONNECTION,
      description: 'TCP connections of the network namespace by state and address family',
      valueType: ValueType.INT,
    }),
    ports: meter.createObservableGauge(METRIC_SCOUT_TCP_PORT_CONNECTIONS, {
      unit: UNIT_CONNECTION,
      description: 'Established TCP connections of the network namespace by local port and address family',
      valueType: ValueType.INT,
    }),
    process: createProcessGauge(meter),
    utilization: createPortUtilizationGauge(meter),
    success: meter.createObservableGauge(METRIC_SCOUT_TCP_SCAN_SUCCESS, {
      unit: UNIT_NONE,
      description: '1 where the last scan of the TCP table gave a count, 0 where it did not',
      valueType: ValueType.INT,
    }),
    duration: meter.createObservableGauge(METRIC_SCOUT_TCP_SCAN_DURATION, {
      unit: UNIT_SECOND,
      description: 'How long the last scan of the TCP table took',
    }),
  };
}

function observeScan(
  result: BatchObservableResult,
  instruments: ReturnType<typeof createInstruments>,
  scan: FamilyScan,
  states: ReadonlySet<TcpState>,
): void {
  const attributes = { [ATTR_NETWORK_TRANSPORT]: NETWORK_TRANSPORT_TCP, [ATTR_NETWORK_TYPE]: scan.family };
  if ('error' in scan) {
    result.observe(instruments.success, 0, attributes);
    return;
  }
  result.observe(instruments.success, 1, attributes);
  result.observe(instruments.duration, scan.seconds, attributes);
  for (const state of states) {
    result.observe(instruments.count, scan.counts[state], {
      ...attributes,
      [ATTR_NETWORK_CONNECTION_STATE]: state,
    });
  }
  for (const [port, connections] of scan.apart.ports) {
    result.observe(instruments.ports, connections, { ...attributes, [ATTR_NETWORK_LOCAL_PORT]: port });
  }
}
