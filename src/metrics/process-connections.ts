import { type BatchObservableResult, type Meter, type ObservableGauge, ValueType } from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import type { TcpState } from '../procfs/index.js';
import type { OwnSockets } from '../procfs/own-sockets.js';
import { netFolder } from '../procfs/table-path.js';
import { type FamilyScan, scanTcpTables } from '../procfs/tcp-scan.js';
import {
  ATTR_NETWORK_CONNECTION_STATE,
  ATTR_NETWORK_TRANSPORT,
  ATTR_NETWORK_TYPE,
  METRIC_PROCESS_NETWORK_CONNECTION_COUNT,
  NETWORK_TRANSPORT_TCP,
  UNIT_CONNECTION,
} from '../semconv.js';

/**
 * The states in which a process can hold a socket. TIME_WAIT and SYN_RECEIVED have no inode (`get_timewait4_sock` and
 * `get_openreq4` in net/ipv4/tcp_ipv4.c print 0), and CLOSED stands in no table: a count of them would always be 0.
 */
const STATES: readonly TcpState[] = [
  'established',
  'syn_sent',
  'fin_wait_1',
  'fin_wait_2',
  'close_wait',
  'last_ack',
  'listen',
  'closing',
];

export function createProcessGauge(meter: Meter): ObservableGauge {
  return meter.createObservableGauge(METRIC_PROCESS_NETWORK_CONNECTION_COUNT, {
    unit: UNIT_CONNECTION,
    description: 'TCP connections that this process holds, by state and address family',
    valueType: ValueType.INT,
  });
}

/**
 * Observes the sockets that this process holds. They stand in its own namespace's tables, whichever the others are read
 * from; where these are the same, no table is read twice.
 */
export async function observeProcess(
  result: BatchObservableResult,
  gauge: ObservableGauge,
  own: OwnSockets,
  scans: readonly FamilyScan[],
  { proc, loopback }: ResolvedOptions,
): Promise<void> {
  const ofOwn =
    proc === '/proc' ? scans : await scanTcpTables(netFolder('/proc'), { loopback, ports: [], own });
  for (const scan of ofOwn) {
    if ('error' in scan || scan.apart.own === undefined) continue;
    for (const state of STATES) {
      result.observe(gauge, scan.apart.own[state], {
        [ATTR_NETWORK_TRANSPORT]: NETWORK_TRANSPORT_TCP,
        [ATTR_NETWORK_TYPE]: scan.family,
        [ATTR_NETWORK_CONNECTION_STATE]: state,
      });
    }
  }
}
