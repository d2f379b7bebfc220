/**
 * What `metrics:` lists is what is exported. For its own history the agent observes connections, CPU and throughput
 * always, and leaves out of the export what nobody asked for.
 */
import type { Attributes } from '@opentelemetry/api';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { MetricName } from 'opentelemetry-instrumentation-tcp-connections/config';
import type { AgentConfig } from './config/load.js';
import type { ExportBranch } from './export/branch.js';

const KEPT: readonly MetricName[] = [
  'tcp_connections',
  'cpu_percent',
  'net_rx_bytes',
  'net_tx_bytes',
  'net_errors',
];

/** What the alerts look at beside that. */
const JUDGED: readonly MetricName[] = ['tcp_close_wait', 'tcp_listen_overflows'];

/** What is observed: what is listed, what the history keeps in any case, and what alerts look at. */
export function withKept({ metrics, alerts }: Pick<AgentConfig, 'metrics' | 'alerts'>): MetricName[] {
  const states = alerts?.rules.own.flatMap(({ metric, of }) =>
    metric === 'system.network.connection.count' ? [nameOfState(String(of))] : [],
  );
  return [...new Set([...metrics, ...KEPT, ...(alerts === undefined ? [] : JUDGED), ...(states ?? [])])];
}

/** What the configuration asks for. */
export interface Listed {
  readonly metrics: readonly MetricName[];
  readonly ports: readonly number[];
  readonly process: boolean;
}

/** A branch that gets nothing but what is listed. */
export function listedOnly(branch: ExportBranch, listed: Listed): ExportBranch {
  return {
    accept: (cycle) => branch.accept(onlyListed(cycle, listed)),
    drain: (timeoutMillis) => branch.drain(timeoutMillis),
  };
}

/** A cycle without what is not listed. */
export function onlyListed(cycle: ResourceMetrics, listed: Listed): ResourceMetrics {
  return {
    ...cycle,
    scopeMetrics: cycle.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics
        .map((metric) => keep(metric, listed))
        .filter(({ dataPoints }) => dataPoints.length > 0),
    })),
  };
}

function keep(metric: MetricData, listed: Listed): MetricData {
  if (metric.descriptor.name.startsWith('scout.tcp.scan.') && !isScanned(listed))
    return { ...metric, dataPoints: [] };
  const isListed = ({ attributes }: { attributes: Attributes }) => {
    const name = keptName(metric.descriptor.name, attributes);
    return name === undefined || isCovered(name, listed.metrics);
  };
  return { ...metric, dataPoints: metric.dataPoints.filter(isListed) } as MetricData;
}

/** Which name a point is there for, of what is observed though it may not be listed. */
function keptName(metric: string, attributes: Attributes): MetricName | undefined {
  switch (metric) {
    case 'system.network.connection.count':
      return nameOfState(String(attributes['network.connection.state']));
    case 'system.cpu.utilization':
      return 'cpu_percent';
    case 'system.network.io':
      return attributes['network.io.direction'] === 'receive' ? 'net_rx_bytes' : 'net_tx_bytes';
    case 'system.network.errors':
      return 'net_errors';
    case 'scout.tcp.listen.overflows':
      return 'tcp_listen_overflows';
    default:
      return undefined;
  }
}

/** The name under which a state is listed alone; the others are listed together. */
function nameOfState(state: string): MetricName {
  switch (state) {
    case 'established':
      return 'tcp_connections';
    case 'time_wait':
    case 'close_wait':
    case 'listen':
      return `tcp_${state}`;
    default:
      return 'tcp_states';
  }
}

/** Whether anything that is listed is read from the tables of connections. */
function isScanned({ metrics, ports, process }: Listed): boolean {
  return process || ports.length > 0 || metrics.some((name) => /^tcp_(?!listen_overflows)/.test(name));
}

function isCovered(name: MetricName, listed: readonly MetricName[]): boolean {
  return listed.includes(name) || (isOfStates(name) && listed.includes('tcp_states'));
}

function isOfStates(name: MetricName): boolean {
  return ['tcp_connections', 'tcp_time_wait', 'tcp_close_wait', 'tcp_listen'].includes(name);
}
