import {
  type Attributes,
  type BatchObservableResult,
  type DiagLogger,
  type Meter,
  ValueType,
} from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import { type InterfaceCounters, readNetDev } from '../procfs/net-dev.js';
import { readPhysicalInterfaces } from '../procfs/physical-interfaces.js';
import {
  ATTR_NETWORK_INTERFACE_NAME,
  ATTR_NETWORK_IO_DIRECTION,
  METRIC_SYSTEM_NETWORK_ERRORS,
  METRIC_SYSTEM_NETWORK_IO,
  NETWORK_IO_DIRECTION_RECEIVE,
  NETWORK_IO_DIRECTION_TRANSMIT,
  UNIT_BYTE,
  UNIT_ERROR,
} from '../semconv.js';
import { listsAny, type MetricFamily, type Unregister } from './family.js';
import { boundedNames, interfaceChoice } from './interface-choice.js';
import { tellOnce } from './told-once.js';

/** Bytes and errors of the network interfaces. */
export const network: MetricFamily = {
  isWanted: (options) => listsAny(options, ['net_rx_bytes', 'net_tx_bytes', 'net_errors']),
  create: (diag) => {
    const read = interfaceReading(diag);
    return (meter, options) => register(meter, options, read);
  },
};

/** Reads the counters of the interfaces that the options choose, by name. */
type Reading = (options: ResolvedOptions) => Promise<ReadonlyMap<string, InterfaceCounters>>;

function interfaceReading(diag: DiagLogger): Reading {
  const attempt = tellOnce(diag, 'count of network traffic');
  const bounded = boundedNames();
  const warnOfNone = once((message) => diag.warn(message));
  const warnOfMany = once((message) => diag.warn(message));

  return async ({ proc, interfaces }) => {
    const physical = interfaces.include.length > 0 ? new Set<string>() : await readPhysicalInterfaces(proc);
    const counters = await attempt(() => readNetDev(proc));
    if (counters === undefined) return new Map();
    const names = [...counters.keys()];
    const chosen = interfaceChoice(interfaces)(names, physical);
    const observed = bounded(chosen);
    if (chosen.length === 0) {
      const there = names.slice(0, 10).join(', ') + (names.length > 10 ? ', ...' : '');
      warnOfNone(`no network interface is chosen among ${there}; interfaces.include names those to observe`);
    }
    if (observed.length < chosen.length) {
      warnOfMany(
        `${chosen.length} network interfaces are chosen; ${observed.length} are observed and ` +
          `${chosen.length - observed.length} left out: choose fewer by interfaces.include and interfaces.exclude`,
      );
    }
    return new Map(observed.map((name) => [name, counters.get(name) as InterfaceCounters]));
  };
}

function once(tell: (message: string) => void): (message: string) => void {
  let told = false;
  return (message) => {
    if (!told) tell(message);
    told = true;
  };
}

function register(meter: Meter, options: ResolvedOptions, read: Reading): Unregister {
  const io = meter.createObservableCounter(METRIC_SYSTEM_NETWORK_IO, {
    unit: UNIT_BYTE,
    description: 'Bytes that network interfaces have received and sent',
    valueType: ValueType.INT,
  });
  const errors = meter.createObservableCounter(METRIC_SYSTEM_NETWORK_ERRORS, {
    unit: UNIT_ERROR,
    description: 'Errors that network interfaces have met while receiving and sending',
    valueType: ValueType.INT,
  });
  const received = listsAny(options, ['net_rx_bytes']);
  const sent = listsAny(options, ['net_tx_bytes']);
  const failed = listsAny(options, ['net_errors']);

  const observe = async (result: BatchObservableResult): Promise<void> => {
    for (const [name, counters] of await read(options)) {
      const receive = attributesOf(name, NETWORK_IO_DIRECTION_RECEIVE);
      const transmit = attributesOf(name, NETWORK_IO_DIRECTION_TRANSMIT);
      if (received) result.observe(io, counters.bytesReceived, receive);
      if (sent) result.observe(io, counters.bytesSent, transmit);
      if (!failed) continue;
      result.observe(errors, counters.receiveErrors, receive);
      result.observe(errors, counters.sendErrors, transmit);
    }
  };
  meter.addBatchObservableCallback(observe, [io, errors]);
  return () => meter.removeBatchObservableCallback(observe, [io, errors]);
}

function attributesOf(name: string, direction: string): Attributes {
  return { [ATTR_NETWORK_INTERFACE_NAME]: name, [ATTR_NETWORK_IO_DIRECTION]: direction };
}
