/** Compiled against each generation: the instrumentation has the members that OpenTelemetry's interface asks for. */
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  readAgentConfig,
  TcpConnectionsInstrumentation,
} from 'opentelemetry-instrumentation-tcp-connections';

const instrumentation: Instrumentation = new TcpConnectionsInstrumentation();
registerInstrumentations({ instrumentations: [instrumentation] });
new NodeSDK({ instrumentations: [new TcpConnectionsInstrumentation({ metrics: ['tcp_states'] })] }).start();

export async function registerConfigured(): Promise<void> {
  const options = await readAgentConfig();
  registerInstrumentations({ instrumentations: [new TcpConnectionsInstrumentation(options)] });
}
