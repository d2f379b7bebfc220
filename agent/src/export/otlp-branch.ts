import { setTimeout as wait } from 'node:timers/promises';
import { ExportResultCode } from '@opentelemetry/core';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ExportBranch } from './branch.js';
import type { Failure, Link } from './link.js';
import type { OtlpExporter } from './otlp-exporter.js';

/** Cycles kept in memory while the Collector takes none: ten minutes at the usual interval. */
export const MAX_WAITING = 60;

/** Sends cycles to one OTLP endpoint, one after the other and oldest first. */
export class OtlpBranch implements ExportBranch {
  readonly #exporter: OtlpExporter;
  readonly #link: Link;
  readonly #waiting: ResourceMetrics[] = [];
  #sending: Promise<void> | undefined;

  constructor(exporter: OtlpExporter, link: Link) {
    this.#exporter = exporter;
    this.#link = link;
  }

  accept(cycle: ResourceMetrics): void {
    this.#waiting.push(cycle);
    this.#dropOldest();
    this.#sending ??= this.#sendWaiting().finally(() => {
      this.#sending = undefined;
    });
  }

  async drain(timeoutMillis: number): Promise<void> {
    const settled = new AbortController();
    const patience = (millis: number) =>
      wait(millis, 'try again' as const, { signal: settled.signal }).catch(() => 'try again' as const);
    // A Collector that hangs holds the cycle in flight; what waits behind it still gets its one attempt.
    await Promise.race([
      this.#sending,
      patience(this.#waiting.length > 0 ? timeoutMillis / 2 : timeoutMillis),
    ]);
    const rest = this.#waiting.splice(0);
    let unsent = 0;
    if (rest.length > 0) {
      const attempt = this.#send(inOneBatch(rest), rest.length);
      if ((await Promise.race([attempt, patience(timeoutMillis / 2)])) === 'try again') unsent = rest.length;
    }
    // A timer that is left would keep an embedding process alive.
    settled.abort();
    const inFlight = this.#sending === undefined ? 0 : 1;
    this.#link.stopped(unsent + inFlight + this.#waiting.length);
  }

  async #sendWaiting(): Promise<void> {
    for (let cycle = this.#waiting.shift(); cycle !== undefined; cycle = this.#waiting.shift()) {
      if ((await this.#send(cycle)) === 'try again') {
        this.#waiting.unshift(cycle);
        this.#dropOldest();
        return;
      }
    }
  }

  async #send(batch: ResourceMetrics, cycles = 1): Promise<'sent' | Failure> {
    const { code, error } = await this.#exporter.export(batch);
    if (code !== ExportResultCode.SUCCESS) return this.#link.failed(error, cycles);
    this.#link.succeeded(this.#waiting.length);
    return 'sent';
  }

  #dropOldest(): void {
    if (this.#waiting.length <= MAX_WAITING) return;
    this.#waiting.shift();
    this.#link.dropped();
  }
}

function inOneBatch(cycles: ResourceMetrics[]): ResourceMetrics {
  return { ...(cycles[0] as ResourceMetrics), scopeMetrics: cycles.flatMap((cycle) => cycle.scopeMetrics) };
}
