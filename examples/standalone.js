/**
 * A program whose only job is to send the count: what scout-agent does, in its smallest form.
 *
 *   node examples/standalone.js [agent.env.yml]
 *
 * Counts at once and then every 10 s what the file lists under `metrics:`; without a file, the one that
 * SCOUT_AGENT_CONFIG names, else the established connections. Sends to http://localhost:4318
 * (OTEL_EXPORTER_OTLP_ENDPOINT). Ctrl-C, or SIGTERM, sends a last cycle and ends it.
 */
import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { defaultResource, detectResources, envDetector, hostDetector } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  readAgentConfig,
  TcpConnectionsInstrumentation,
} from 'opentelemetry-instrumentation-tcp-connections';

// Without a logger OpenTelemetry says nothing, not even that nobody takes its metrics.
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

const instrumentation = new TcpConnectionsInstrumentation(await readAgentConfig(process.argv[2]));

const meterProvider = new MeterProvider({
  resource: defaultResource().merge(detectResources({ detectors: [envDetector, hostDetector] })),
  readers: [
    new PeriodicExportingMetricReader({
      // With CUMULATIVE, the default, a gauge that could not be read is sent again with its last value; with
      // DELTA a graph has a gap there.
      exporter: new OTLPMetricExporter({ temporalityPreference: AggregationTemporalityPreference.DELTA }),
      exportIntervalMillis: 10_000,
    }),
  ],
});
instrumentation.setMeterProvider(meterProvider);

// The reader's timer does not keep a process alive.
const alive = setInterval(() => {}, 2 ** 31 - 1);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    clearInterval(alive);
    await meterProvider.shutdown();
  });
}

// The reader's own first cycle would come after one interval.
await meterProvider.forceFlush();
