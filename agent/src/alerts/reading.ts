import { DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** What one cycle says of this host, of its own network namespace alone. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Whether each family's table of connections was read. */
  readonly scans: Readonly<Record<string, boolean>>;
  /** Gauges by {@link gaugeKey}. */
  readonly gauges: Readonly<Record<string, number>>;
  /** Counters, each with those that are added to one rate, by a name of their own such as the interface's. */
  readonly counters: Readonly<Record<Counter, Readonly<Record<string, number>>>>;
}

export const COUNTERS = ['received', 'transmitted', 'acceptQueueFull', 'synCookies'] as const;
export type Counter = (typeof COUNTERS)[number];

/** Which attribute tells the gauges of one metric apart; a metric without one has a single value. */
const GAUGES: Readonly<Record<string, string | undefined>> = {
  'system.network.connection.count': 'network.connection.state',
  'scout.tcp.port.connections': 'network.local.port',
  'scout.tcp.port.utilization': undefined,
};

export function gaugeKey(metric: string, of?: string | number | undefined): string {
  return of === undefined ? metric : `${metric} ${of}`;
}

/** @param time of the cycle, in milliseconds since 1970 */
export function readingOf(cycle: ResourceMetrics, time: number): Reading {
  const gauges: Record<string, number> = {};
  const counters: Record<Counter, Record<string, number>> = {
    received: {},
    transmitted: {},
    acceptQueueFull: {},
    synCookies: {},
  };
  const scans: Record<string, boolean> = {};
  for (const metric of cycle.scopeMetrics.flatMap((scope) => scope.metrics)) {
    const { name } = metric.descriptor;
    for (const { attributes, value } of ownPoints(metric)) {
      if (name === 'scout.tcp.scan.success') scans[String(attributes['network.type'])] = value === 1;
      const counter = counterOf(name, attributes);
      if (counter !== undefined) {
        const source = String(attributes['network.interface.name'] ?? '');
        counters[counter][source] = (counters[counter][source] ?? 0) + value;
      }
      if (!(name in GAUGES)) continue;
      const attribute = GAUGES[name];
      const key = gaugeKey(name, attribute === undefined ? undefined : String(attributes[attribute]));
      // Families of one state are added up; of the port utilizations there is one.
      gauges[key] = (gauges[key] ?? 0) + value;
    }
  }
  return { time, scans, gauges, counters };
}

function counterOf(name: string, attributes: Readonly<Record<string, unknown>>): Counter | undefined {
  if (name === 'system.network.io')
    return attributes['network.io.direction'] === 'receive' ? 'received' : 'transmitted';
  if (name !== 'scout.tcp.listen.overflows') return undefined;
  switch (attributes['scout.tcp.listen.event']) {
    case 'accept_queue_full':
      return 'acceptQueueFull';
    case 'syn_cookie_sent':
      return 'synCookies';
    default:
      return undefined;
  }
}

function ownPoints(metric: MetricData) {
  if (metric.dataPointType !== DataPointType.GAUGE && metric.dataPointType !== DataPointType.SUM) return [];
  return metric.dataPoints.filter(
    ({ attributes }) => (attributes['scout.network.namespace'] ?? 'own') === 'own',
  );
}
