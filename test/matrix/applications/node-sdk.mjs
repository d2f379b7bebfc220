import { NodeSDK } from '@opentelemetry/sdk-node';
import { TcpConnectionsInstrumentation } from 'opentelemetry-instrumentation-tcp-connections';

const sdk = new NodeSDK({ instrumentations: [new TcpConnectionsInstrumentation()] });
sdk.start();
await sdk.shutdown();
console.log(process.versions.node);
