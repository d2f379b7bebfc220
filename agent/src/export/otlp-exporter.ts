import { Agent as HttpAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { ExportResult } from '@opentelemetry/core';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { JsonMetricsSerializer, MetricsExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpConfig } from '../config/otlp.js';
import { type Answer, readAnswer } from './answer.js';

/**
 * The exporter's timeout begins with the connection, and where not even a refusal comes back, the kernel tries for two
 * minutes. Longer than the usual interval, because a connection that is idle for so long is closed.
 */
const CONNECT_MILLIS = 15_000;

export interface OtlpExporter {
  export(batch: ResourceMetrics, done: (result: ExportResult) => void): void;
}

/**
 * Sends to one endpoint, with what the configuration says and nothing else. `OTLPMetricExporter`, which is built of the
 * same parts, reads OTEL_* once more by itself, leaves out what it can't read, and keeps the answers to itself.
 * @param heard gets what the endpoint says to each batch that it took
 */
export function createOtlpExporter(config: OtlpConfig, heard: (answer: Answer) => void): OtlpExporter {
  return createOtlpHttpExportDelegate(
    {
      url: config.url,
      headers: async () => ({ ...config.headers, 'content-type': 'application/json' }),
      timeoutMillis: config.timeoutMillis,
      compression: config.compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
      // One batch after the other, and one more at the end behind a batch that hangs.
      concurrencyLimit: 2,
      agentFactory: () => createHttpAgent(config),
    },
    {
      serializeRequest: (batch: ResourceMetrics) => JsonMetricsSerializer.serializeRequest(batch),
      deserializeResponse(body) {
        heard(readAnswer(body));
        return {};
      },
    },
    'otlp_http_metric_exporter',
    MetricsExporterMetricsHelper,
    undefined,
  );
}

/** Node 20 knows no proxy variables; the code for them is loaded only where one applies. */
async function createHttpAgent({ url, proxy, tls }: OtlpConfig): Promise<HttpAgent> {
  const options = { keepAlive: true, timeout: CONNECT_MILLIS };
  const isTls = url.startsWith('https:');
  if (proxy === undefined) return isTls ? new TlsAgent({ ...options, ...tls }) : new HttpAgent(options);
  if (isTls) {
    const { TunnelAgent } = await import('./tunnel-agent.js');
    return new TunnelAgent(proxy, { ...options, ...tls });
  }
  const { ForwardAgent } = await import('./forward-agent.js');
  return new ForwardAgent(proxy, options);
}
