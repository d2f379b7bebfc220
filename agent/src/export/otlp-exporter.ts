import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { JsonMetricsSerializer, MetricsExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpConfig } from '../config/otlp.js';
import { type Answer, readAnswer } from './answer.js';
import { createHttpAgent } from './http-agent.js';

export interface OtlpExporter {
  /** Settles within the configured timeout, the exporter's own retries included. */
  export(batch: ResourceMetrics): Promise<ExportResult>;
}

/**
 * Sends to one endpoint, with what the configuration says and nothing else. `OTLPMetricExporter`, which is built of the
 * same parts, reads OTEL_* once more by itself, leaves out what it can't read, and keeps the answers to itself.
 * @param heard gets what the endpoint says to each batch that it took
 */
export function createOtlpExporter(config: OtlpConfig, heard: (answer: Answer) => void): OtlpExporter {
  const httpAgent = createHttpAgent({ ...config, keepAlive: true });
  const delegate = createOtlpHttpExportDelegate(
    {
      url: config.url,
      headers: async () => ({ ...config.headers, 'content-type': 'application/json' }),
      timeoutMillis: config.timeoutMillis,
      compression: config.compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
      // One batch after the other, and one more at the end behind a batch that hangs.
      concurrencyLimit: 2,
      agentFactory: () => httpAgent,
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
  return {
    export: (batch) =>
      new Promise((resolve) => {
        // The delegate's own timeout begins again with every byte, so that an answer that drips would never end.
        const deadline = setTimeout(() => {
          resolve({ code: ExportResultCode.FAILED, error: new Error('Request timed out') });
          // What is under way holds one of the places of `concurrencyLimit` until its socket is gone.
          void httpAgent.then((agent) => agent.destroy());
        }, config.timeoutMillis);
        delegate.export(batch, (result) => {
          clearTimeout(deadline);
          resolve(result);
        });
      }),
  };
}
