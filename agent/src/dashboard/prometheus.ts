import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** `host_name` on every line, as it is promoted where points come over OTLP: one query fits both. */
const serializer = new PrometheusSerializer(undefined, false, /^host\.name$/, false, true);

/**
 * The words for a unit at the end of a name, which the serializer leaves out: OpenTelemetry's specification, "Prometheus
 * and OpenMetrics Compatibility", "Metric Metadata". A unit in braces has none.
 */
const SUFFIXES: Readonly<Record<string, string>> = { By: '.bytes', s: '.seconds', '1': '.ratio' };

/** A cycle in Prometheus's text format 0.0.4, under the names that Prometheus gives to points that come over OTLP. */
export function prometheusText(metrics: ResourceMetrics): string {
  const scopeMetrics = metrics.scopeMetrics.map((scope) => ({ ...scope, metrics: scope.metrics.map(named) }));
  return serializer.serialize({ ...metrics, scopeMetrics });
}

/** Without its unit, which that format doesn't know. */
function named(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor;
  return { ...metric, descriptor: { ...metric.descriptor, name: name + (SUFFIXES[unit] ?? ''), unit: '' } };
}
