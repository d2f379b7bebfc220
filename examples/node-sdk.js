/**
 * An application that uses NodeSDK, with the connection count added.
 *
 *   node examples/node-sdk.js
 *
 * NodeSDK takes its settings from the environment: OTEL_EXPORTER_OTLP_ENDPOINT (http://localhost:4318),
 * OTEL_METRIC_EXPORT_INTERVAL (60000 ms), OTEL_SERVICE_NAME, OTEL_LOG_LEVEL=warn to hear of failures.
 * Ctrl-C, or SIGTERM, sends a last cycle and ends it.
 */
import { createServer } from 'node:http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { TcpConnectionsInstrumentation } from 'opentelemetry-instrumentation-tcp-connections';

const sdk = new NodeSDK({ instrumentations: [new TcpConnectionsInstrumentation()] });
sdk.start();

const server = createServer((_request, response) => response.end('hello\n'));
server.listen(process.env.PORT ?? 3000, () => console.log(`listening on port ${server.address().port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close();
    await sdk.shutdown();
  });
}
