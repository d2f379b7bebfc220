const { OTLPMetricExporter } = require('@opentelemetry/exporter-metrics-otlp-http');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { TcpConnectionsInstrumentation } = require('opentelemetry-instrumentation-tcp-connections');

const meterProvider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })],
});
registerInstrumentations({ meterProvider, instrumentations: [new TcpConnectionsInstrumentation()] });
meterProvider.shutdown().then(() => console.log(process.versions.node));
