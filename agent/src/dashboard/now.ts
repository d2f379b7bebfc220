import { EventEmitter, once } from 'node:events';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Cycle } from '../history/store.js';
import type { LocalReader } from '../local-branch.js';

/** The last cycle, and a way to wait for the next one. */
export class Now implements LocalReader {
  readonly #taken = new EventEmitter().setMaxListeners(0);
  #last: { readonly cycle: Cycle; readonly metrics: ResourceMetrics } | undefined;

  /** `undefined` until the first one. */
  get last(): { readonly cycle: Cycle; readonly metrics: ResourceMetrics } | undefined {
    return this.#last;
  }

  take(cycle: Cycle, metrics: ResourceMetrics): void {
    this.#last = { cycle, metrics };
    this.#taken.emit('cycle');
  }

  async drain(): Promise<void> {}

  /** @throws {Error} where the signal comes first */
  async next(signal: AbortSignal): Promise<void> {
    await once(this.#taken, 'cycle', { signal });
  }
}
