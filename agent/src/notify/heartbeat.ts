import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { readingOf } from '../alerts/reading.js';
import type { Cycle } from '../history/store.js';
import type { LocalReader } from '../local-branch.js';
import { log } from '../log.js';
import { reasonOf } from './channels/reason.js';
import { type HttpTarget, request } from './channels/request.js';

const TIMEOUT_MILLIS = 10_000;

/** Calls a URL after each cycle that counted: a dead host sends no message, and it is the silence that tells. */
export class Heartbeat implements LocalReader {
  readonly #target: HttpTarget;
  /** Of the call under way. */
  #call: AbortController | undefined;
  #failed = false;
  #stopped = false;

  constructor(target: HttpTarget) {
    this.#target = target;
  }

  take({ time }: Cycle, metrics: ResourceMetrics): void {
    const scans = Object.values(readingOf(metrics, time).scans);
    if (scans.length === 0 || !scans.every(Boolean)) return;
    if (this.#call === undefined && !this.#stopped) void this.#begin();
  }

  async drain(): Promise<void> {
    this.#stopped = true;
    this.#call?.abort();
  }

  async #begin(): Promise<void> {
    const call = new AbortController();
    this.#call = call;
    const reason = await this.#attempt(call.signal);
    this.#call = undefined;
    if (this.#stopped) return;
    if (reason !== undefined && !this.#failed) log.warn(`notify.heartbeat: ${reason}; it goes on each cycle`);
    if (reason === undefined && this.#failed) log.info('notify.heartbeat: it is answered again');
    this.#failed = reason !== undefined;
  }

  /** @returns why it has failed */
  async #attempt(signal: AbortSignal): Promise<string | undefined> {
    try {
      const { status } = await request(this.#target, 'GET', {}, undefined, TIMEOUT_MILLIS, signal);
      return status >= 200 && status < 300 ? undefined : `answered ${status}`;
    } catch (error) {
      return reasonOf(error as Error);
    }
  }
}
