import { setTimeout as wait } from 'node:timers/promises';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ExportBranch } from './branch.js';
import { type Failure, Link } from './link.js';

/** Cycles kept in memory while the Collector takes none: ten minutes at the usual interval. */
export const MAX_WAITING = 60;

/** Sends cycles to one OTLP endpoint, one after the other and oldest first. */
export class OtlpBranch implements ExportBranch {
  readonly #exporter: PushMetricExporter;
  readonly #link: Link;
  readonly #waiting: ResourceMetrics[] = [];
  #sending: Promise<void> | undefined;

  /** @param endpoint as the log names it, without secrets */
  constructor(exporter: PushMetricExporter, endpoint: string) {
    this.#exporter = exporter;
    this.#link = new Link(endpoint);
  }

  accept(cycle: ResourceMetrics): void {
    this.#waiting.push(cycle);
    this.#dropOldest();
    this.#sending ??= this.#sendWaiting().finally(() => {
      this.#sending = undefined;
    });
  }

  async drain(timeoutMillis: number): Promise<void> {
    // A Collector that hangs holds the cycle in flight; what waits behind it still gets its one attempt.
    await Promise.race([this.#sending, wait(this.#waiting.length > 0 ? timeoutMillis / 2 : timeoutMillis)]);
    const rest = this.#waiting.splice(0);
    let unsent = 0;
    if (rest.length > 0) {
      const attempt = this.#send(inOneBatch(rest), rest.length);
      const outcome = await Promise.race([attempt, wait(timeoutMillis / 2, 'try again' as const)]);
      if (outcome === 'try again') unsent = rest.length;
    }
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
    const { code, error } = await new Promise<ExportResult>((resolve) =>
      this.#exporter.export(batch, resolve),
    );
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
