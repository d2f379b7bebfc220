import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { readingOf } from '../alerts/reading.js';
import type { Cycle } from '../history/store.js';
import type { LocalReader } from '../local-branch.js';
import { log } from '../log.js';
import { reasonOf } from './channels/post.js';

const TIMEOUT_MILLIS = 10_000;

/** Calls a URL after each cycle that counted: a dead host sends no message, and it is the silence that tells. */
export class Heartbeat implements LocalReader {
  readonly #url: string;
  readonly #stop = new AbortController();
  #calling = false;
  #failed = false;

  constructor(url: string) {
    this.#url = url;
  }

  take({ time }: Cycle, metrics: ResourceMetrics): void {
    const scans = Object.values(readingOf(metrics, time).scans);
    if (scans.length === 0 || !scans.every(Boolean)) return;
    if (!this.#calling) void this.#call();
  }

  async drain(): Promise<void> {
    this.#stop.abort();
  }

  async #call(): Promise<void> {
    this.#calling = true;
    const reason = await this.#attempt();
    this.#calling = false;
    if (this.#stop.signal.aborted) return;
    if (reason !== undefined && !this.#failed) log.warn(`notify.heartbeat: ${reason}; it goes on each cycle`);
    if (reason === undefined && this.#failed) log.info('notify.heartbeat: it is answered again');
    this.#failed = reason !== undefined;
  }

  /** @returns why it has failed */
  async #attempt(): Promise<string | undefined> {
    try {
      const response = await fetch(this.#url, {
        redirect: 'manual',
        headers: { 'user-agent': 'scout-agent' },
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MILLIS)]),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `answered ${response.status}`;
    } catch (error) {
      return reasonOf(error as Error);
    }
  }
}
