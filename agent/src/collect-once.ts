import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { TcpConnectionsInstrumentation } from 'opentelemetry-instrumentation-tcp-connections';
import type { AgentConfig } from './config/load.js';
import { type Point, pointsOf } from './export/points.js';

/** One collection through the same way as the agent's own cycles, without export. */
export async function collectOnce({ metrics, proc }: AgentConfig): Promise<Point[]> {
  const reader = new OnDemandReader();
  const provider = new MeterProvider({ readers: [reader] });
  const instrumentation = new TcpConnectionsInstrumentation({ metrics, proc, enabled: false });
  instrumentation.setMeterProvider(provider);
  instrumentation.enable();
  try {
    const { resourceMetrics, errors } = await reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
    return pointsOf(resourceMetrics);
  } finally {
    instrumentation.disable();
    await provider.shutdown();
  }
}

class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
