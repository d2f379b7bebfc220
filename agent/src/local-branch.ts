import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ExportBranch } from './export/branch.js';
import { Samples } from './history/samples.js';
import type { Cycle } from './history/store.js';

/** Somewhere on this host that looks at each cycle. */
export interface LocalReader {
  /**
   * Returns at once and never throws.
   * @param metrics what the cycle was made from
   */
  take(cycle: Cycle, metrics: ResourceMetrics): void;
  /** Settles within about `timeoutMillis`. */
  drain(timeoutMillis: number): Promise<void>;
}

/** Works out once what a cycle says of this host, for all that need it. */
export class LocalBranch implements ExportBranch {
  readonly #intervalMillis: number;
  readonly #readers: readonly LocalReader[];
  readonly #samples = new Samples();

  constructor(intervalMillis: number, readers: readonly LocalReader[]) {
    this.#intervalMillis = intervalMillis;
    this.#readers = readers;
  }

  accept(metrics: ResourceMetrics): void {
    const samples = this.#samples.next(metrics);
    const cycle = { time: Date.now(), intervalMillis: this.#intervalMillis, samples };
    for (const reader of this.#readers) reader.take(cycle, metrics);
  }

  async drain(timeoutMillis: number): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.drain(timeoutMillis)));
  }
}
