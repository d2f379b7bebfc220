import { type Meter, type ObservableResult, ValueType } from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import { readNetstat } from '../procfs/netstat.js';
import { ATTR_SCOUT_TCP_LISTEN_EVENT, METRIC_SCOUT_TCP_LISTEN_OVERFLOWS, UNIT_EVENT } from '../semconv.js';
import { listsAny, type MetricFamily, type Unregister } from './family.js';
import { type Attempt, tellOnce } from './told-once.js';

/** The kernel's counters of what never becomes an established connection (`enum LINUX_MIB_*` in linux/snmp.h). */
const EVENT_OF_COUNTER = {
  'TcpExt.ListenOverflows': 'accept_queue_full',
  'TcpExt.ListenDrops': 'dropped',
  'TcpExt.TCPReqQFullDrop': 'syn_queue_full',
  'TcpExt.SyncookiesSent': 'syn_cookie_sent',
} as const;

/** Full accept queues, dropped SYNs and SYN cookies of the network namespace. */
export const listenOverflows: MetricFamily = {
  isWanted: (options) => listsAny(options, ['tcp_listen_overflows']),
  create: (diag) => {
    const attempt = tellOnce(diag, 'count of listen overflows');
    return (meter, options) => register(meter, options, attempt);
  },
};

function register(meter: Meter, { proc }: ResolvedOptions, attempt: Attempt): Unregister {
  const counter = meter.createObservableCounter(METRIC_SCOUT_TCP_LISTEN_OVERFLOWS, {
    unit: UNIT_EVENT,
    description: 'Connection requests that met a full queue or were dropped, and SYN cookies sent instead',
    valueType: ValueType.INT,
  });
  const observe = async (result: ObservableResult): Promise<void> => {
    const counters = await attempt(() => readNetstat(proc));
    for (const [name, event] of Object.entries(EVENT_OF_COUNTER)) {
      const count = counters?.get(name);
      if (count !== undefined) result.observe(count, { [ATTR_SCOUT_TCP_LISTEN_EVENT]: event });
    }
  };
  counter.addCallback(observe);
  return () => counter.removeCallback(observe);
}
