/**
 * An application that sets up its metrics by hand, with the connection count added.
 *
 *   node examples/sdk-setup.js
 *
 * It serves HTTP on port 3000 (PORT) and sends its metrics to http://localhost:4318 (OTEL_EXPORTER_OTLP_ENDPOINT).
 * Ctrl-C, or SIGTERM, sends a last cycle and ends it.
 */
import { createServer } from 'node:http';
import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { defaultResource, detectResources, envDetector, hostDetector } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { TcpConnectionsInstrumentation } from 'opentelemetry-instrumentation-tcp-connections';

// Without a logger OpenTelemetry says nothing, not even that nobody takes its metrics.
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

const meterProvider = new MeterProvider({
  // The count belongs to a host, so its points have to say which: host.name comes from the host detector,
  // service.name from OTEL_SERVICE_NAME.
  resource: defaultResource().merge(detectResources({ detectors: [envDetector, hostDetector] })),
  readers: [
    new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis: 10_000 }),
  ],
});

// All that the count adds to the application.
registerInstrumentations({ meterProvider, instrumentations: [new TcpConnectionsInstrumentation()] });

const server = createServer((_request, response) => response.end('hello\n'));
server.listen(process.env.PORT ?? 3000, () => console.log(`listening on port ${server.address().port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close();
    await meterProvider.shutdown();
  });
}
