import type { BatchObservableResult, Meter, ObservableGauge } from '@opentelemetry/api';
import { fullest } from '../procfs/outgoing.js';
import type { PortRange } from '../procfs/port-range.js';
import type { FamilyScan } from '../procfs/tcp-scan.js';
import {
  ATTR_NETWORK_TRANSPORT,
  METRIC_SCOUT_TCP_PORT_UTILIZATION,
  NETWORK_TRANSPORT_TCP,
  UNIT_NONE,
} from '../semconv.js';

export function createPortUtilizationGauge(meter: Meter): ObservableGauge {
  return meter.createObservableGauge(METRIC_SCOUT_TCP_PORT_UTILIZATION, {
    unit: UNIT_NONE,
    description:
      'Share of the ephemeral ports that are taken from one local address to one remote address and port, where it is largest',
  });
}

/** Needs every table: with one missing from the sum there is no largest. */
export function observePortUtilization(
  result: BatchObservableResult,
  gauge: ObservableGauge,
  scans: readonly FamilyScan[],
  range: PortRange,
): void {
  const tables = scans.map((scan) => ('error' in scan ? undefined : scan.apart.taken));
  if (!tables.every((taken) => taken !== undefined)) return;
  result.observe(gauge, fullest(tables, range), { [ATTR_NETWORK_TRANSPORT]: NETWORK_TRANSPORT_TCP });
}
