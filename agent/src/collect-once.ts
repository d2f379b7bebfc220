import { setTimeout } from 'node:timers/promises';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { TcpConnectionsInstrumentation } from 'opentelemetry-instrumentation-tcp-connections';
import { type AgentConfig, instrumentationOptions } from './config/load.js';
import { type Point, pointsOf } from './export/points.js';

/** One collection through the same way as the agent's own cycles, without export. */
export async function collectOnce(config: AgentConfig): Promise<Point[]> {
  const reader = new OnDemandReader();
  const provider = new MeterProvider({ readers: [reader] });
  const instrumentation = new TcpConnectionsInstrumentation(instrumentationOptions(config));
  instrumentation.setMeterProvider(provider);
  instrumentation.enable();
  try {
    let { resourceMetrics, errors } = await reader.collect();
    if (config.metrics.includes('cpu_percent')) {
      await setTimeout(RATE_MILLIS);
      ({ resourceMetrics, errors } = await reader.collect());
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
    return pointsOf(resourceMetrics);
  } finally {
    instrumentation.disable();
    await provider.shutdown();
  }
}

/** A share is taken between two readings, which the plugin wants a second apart. */
const RATE_MILLIS = 1_050;

class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
