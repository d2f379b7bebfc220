import { setTimeout } from 'node:timers/promises';
import { type AgentConfig, instrumentationOptions } from './config/load.js';
import { HostMetrics } from './export/host-metrics.js';
import { type Point, pointsOf } from './export/points.js';

/** One collection through the same way as the agent's own cycles, without export. */
export async function collectOnce(config: AgentConfig): Promise<Point[]> {
  const host = new HostMetrics(instrumentationOptions(config));
  try {
    let { resourceMetrics, errors } = await host.collect();
    if (config.metrics.includes('cpu_percent')) {
      await setTimeout(RATE_MILLIS);
      ({ resourceMetrics, errors } = await host.collect());
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
    return pointsOf(resourceMetrics);
  } finally {
    host.stop();
  }
}

/** A share is taken between two readings, which the plugin wants a second apart. */
const RATE_MILLIS = 1_050;
