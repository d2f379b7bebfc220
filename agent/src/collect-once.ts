import { setTimeout } from 'node:timers/promises';
import { type AgentConfig, instrumentationOptions } from './config/load.js';
import { HostMetrics } from './export/host-metrics.js';
import { type Point, pointsOf } from './export/points.js';

/** Collections on demand, through the same way as the agent's own cycles, without export. */
export interface Collection {
  collect(): Promise<Point[]>;
  close(): void;
}

/** What one collection has told the log, the next does not repeat. */
export function openCollection(config: AgentConfig): Collection {
  const host = new HostMetrics(instrumentationOptions(config));
  return {
    async collect() {
      const { resourceMetrics, errors } = await host.collect();
      if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
      return pointsOf(resourceMetrics);
    },
    close: () => host.stop(),
  };
}

/** One collection, with whatever has to come before it. */
export async function collectOnce(config: AgentConfig): Promise<Point[]> {
  const collection = openCollection(config);
  try {
    if (config.metrics.includes('cpu_percent')) {
      await collection.collect();
      await setTimeout(RATE_MILLIS);
    }
    return await collection.collect();
  } finally {
    collection.close();
  }
}

/** A share is taken between two readings, which the plugin wants a second apart. */
const RATE_MILLIS = 1_050;
