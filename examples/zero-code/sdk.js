/**
 * Starts the SDK before the application, with OTEL_* of the environment as its settings.
 *
 * An application that has the package @opentelemetry/auto-instrumentations-node needs no such file:
 *
 *   node --import @opentelemetry/auto-instrumentations-node/register \
 *        --import opentelemetry-instrumentation-tcp-connections/register app.js
 */
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK();
sdk.start();

// When the application has nothing left to do, a last cycle is sent.
process.once('beforeExit', () => sdk.shutdown());
