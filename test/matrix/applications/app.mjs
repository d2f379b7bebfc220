import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { TcpConnectionsInstrumentation } from 'opentelemetry-instrumentation-tcp-connections';

const meterProvider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })],
});
registerInstrumentations({ meterProvider, instrumentations: [new TcpConnectionsInstrumentation()] });
await meterProvider.shutdown();
console.log(process.versions.node);
