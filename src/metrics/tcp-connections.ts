import {
  type Attributes,
  type BatchObservableResult,
  type Meter,
  type Observable,
  ValueType,
} from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import { TCP_STATES, type TcpState } from '../procfs/index.js';
import { readOwnSockets } from '../procfs/own-sockets.js';
import { readPortRange } from '../procfs/port-range.js';
import { netFolder } from '../procfs/table-path.js';
import { type FamilyScan, scanTcpTables } from '../procfs/tcp-scan.js';
import {
  ATTR_NETWORK_CONNECTION_STATE,
  ATTR_NETWORK_LOCAL_PORT,
  ATTR_NETWORK_TRANSPORT,
  ATTR_NETWORK_TYPE,
  ATTR_SCOUT_NETWORK_NAMESPACE,
  METRIC_SCOUT_TCP_PORT_CONNECTIONS,
  METRIC_SCOUT_TCP_SCAN_DURATION,
  METRIC_SCOUT_TCP_SCAN_SUCCESS,
  METRIC_SYSTEM_NETWORK_CONNECTION_COUNT,
  NETWORK_TRANSPORT_TCP,
  UNIT_CONNECTION,
  UNIT_SECOND,
  UNIT_SUCCESS,
} from '../semconv.js';
import { listsAny, type MetricFamily, type Unregister } from './family.js';
import type { MetricName } from './names.js';
import { type ScanOthers, scanOthers } from './other-namespaces.js';
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
    const others = scanOthers(diag);
    return (meter, options) => register(meter, options, { log, tryOwn, tryRange, others });
  },
};

/** What is told once and not in each cycle. */
interface Told {
  readonly log: ScanLog;
  readonly tryOwn: Attempt;
  readonly tryRange: Attempt;
  readonly others: ScanOthers;
}

function register(
  meter: Meter,
  options: ResolvedOptions,
  { log, tryOwn, tryRange, others }: Told,
): Unregister {
  const states = new Set(options.metrics.flatMap((name) => STATES_OF_NAME[name] ?? []));
  const wantsUtilization = listsAny(options, ['tcp_port_utilization']);
  const instruments = createInstruments(meter);
  const observables: Observable[] = Object.values(instruments);
  const observe = async (result: BatchObservableResult): Promise<void> => {
    const [own, portRange] = await Promise.all([
      options.process ? tryOwn(readOwnSockets) : undefined,
      wantsUtilization ? tryRange(() => readPortRange(options.proc)) : undefined,
    ]);
    const scans = await scanTcpTables(netFolder(options.proc), { ...options, own, portRange });
    log(scans);
    if (own !== undefined) await observeProcess(result, instruments.process, own, scans, options);
    if (portRange !== undefined) observePortUtilization(result, instruments.utilization, scans, portRange);
    const everywhere = options.namespaces === 'all';
    for (const scan of scans) {
      observeHealth(result, instruments, scan);
      observeCounts(result, instruments, scan, states, everywhere ? 'own' : undefined);
    }
    if (everywhere) {
      await others(options, (scan, namespace) => observeCounts(result, instruments, scan, states, namespace));
    }
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
      unit: UNIT_SUCCESS,
      description: '1 where the last scan of the TCP table gave a count, 0 where it did not',
      valueType: ValueType.INT,
    }),
    duration: meter.createObservableGauge(METRIC_SCOUT_TCP_SCAN_DURATION, {
      unit: UNIT_SECOND,
      description: 'How long the last scan of the TCP table took',
    }),
  };
}

type Instruments = ReturnType<typeof createInstruments>;

function observeHealth(
  result: BatchObservableResult,
  { success, duration }: Instruments,
  scan: FamilyScan,
): void {
  const attributes = attributesOf(scan);
  result.observe(success, 'error' in scan ? 0 : 1, attributes);
  if (!('error' in scan)) result.observe(duration, scan.seconds, attributes);
}

/** @param namespace its name, where more than one is counted */
function observeCounts(
  result: BatchObservableResult,
  { count, ports }: Instruments,
  scan: FamilyScan,
  states: ReadonlySet<TcpState>,
  namespace: string | undefined,
): void {
  if ('error' in scan) return;
  const attributes = {
    ...attributesOf(scan),
    ...(namespace !== undefined && { [ATTR_SCOUT_NETWORK_NAMESPACE]: namespace }),
  };
  for (const state of states) {
    result.observe(count, scan.counts[state], { ...attributes, [ATTR_NETWORK_CONNECTION_STATE]: state });
  }
  for (const [port, connections] of scan.apart.ports) {
    result.observe(ports, connections, { ...attributes, [ATTR_NETWORK_LOCAL_PORT]: port });
  }
}

function attributesOf({ family }: FamilyScan): Attributes {
  return { [ATTR_NETWORK_TRANSPORT]: NETWORK_TRANSPORT_TCP, [ATTR_NETWORK_TYPE]: family };
}
