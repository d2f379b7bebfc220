import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { connectionCounts, total } from '../connection-counts.js';
import type { ExportBranch } from './branch.js';
import { pointsOf } from './points.js';

/** Prints each cycle's counts on one line, for a person who watches. */
export class TerminalBranch implements ExportBranch {
  readonly #out: NodeJS.WritableStream;

  constructor(out: NodeJS.WritableStream) {
    this.#out = out;
  }

  accept(cycle: ResourceMetrics): void {
    this.#out.write(`${new Date().toISOString()} ${countsLine(cycle)}\n`);
  }

  async drain(): Promise<void> {}
}

/** `established 15 (ipv4 12, ipv6 3)  listen 4 (ipv4 3, ipv6 1)`; of several states only those that have connections. */
function countsLine(cycle: ResourceMetrics): string {
  const counts = connectionCounts(pointsOf(cycle));
  const states = [...new Set(counts.map(({ state }) => state))]
    .map((state) => ({ state, families: counts.filter((count) => count.state === state) }))
    .filter(({ families }, index) => index === 0 || total(families) > 0);
  if (states.length === 0) return 'no count in this cycle';
  return states
    .map(({ state, families }) => {
      const each = families.map(({ family, count }) => `${family} ${count}`).join(', ');
      return `${state} ${total(families)} (${each})`;
    })
    .join('  ');
}
