import { type MetricProducer, MetricReader } from '@opentelemetry/sdk-metrics';
import { log } from '../log.js';
import type { FanOutExporter } from './fan-out-exporter.js';
import type { Grid } from './grid.js';

/** A scan that takes longer gives no points for its cycle. */
const COLLECT_MILLIS = 30_000;
/** The last collection may not use up the five seconds that a stop has. */
const LAST_COLLECT_MILLIS = 1_000;

/**
 * Collects at start and then on the clock's grid, and hands each cycle to the exporter.
 *
 * The SDK's periodic reader starts its timer by itself, collects first one interval later, drifts, and skips
 * collections while an export is pending (sdk-metrics 2.12, `PeriodicExportingMetricReader`).
 */
export class GridReader extends MetricReader {
  readonly #exporter: FanOutExporter;
  readonly #grid: Grid;
  #timer: NodeJS.Timeout | undefined;
  #collecting: Promise<void> | undefined;
  /** Cycles that were left out since every one was collected in its time. */
  #skipped = 0;
  #skippedLast = false;

  /** @param metricProducers what is collected beside the instruments of the reader's own provider */
  constructor(exporter: FanOutExporter, grid: Grid, metricProducers: MetricProducer[] = []) {
    super({
      aggregationTemporalitySelector: (type) => exporter.selectAggregationTemporality(type),
      metricProducers,
    });
    this.#exporter = exporter;
    this.#grid = grid;
  }

  /** Collects the first cycle now and the others on the grid, until shutdown. Its timer keeps the process alive. */
  start(): void {
    const now = Date.now();
    this.#schedule(this.#grid.firstAfter(now));
    this.#tick();
  }

  #schedule(due: number): void {
    this.#timer = setTimeout(() => {
      this.#schedule(this.#grid.next(due, Date.now()));
      this.#tick();
    }, due - Date.now());
  }

  #tick(): void {
    if (this.#collecting !== undefined) {
      if (this.#skipped === 0) log.warn('a cycle is skipped: the collection before it is still reading');
      this.#skipped++;
      this.#skippedLast = true;
      return;
    }
    // Where a collection takes one and a half intervals, every other cycle is skipped: that is one spell.
    if (!this.#skippedLast) this.#tellSkipped('every cycle is collected again');
    this.#skippedLast = false;
    this.#collecting = this.#cycle(COLLECT_MILLIS).finally(() => {
      this.#collecting = undefined;
    });
  }

  #tellSkipped(now: string): void {
    if (this.#skipped > 0) log.info(`${now}; cycles skipped until now: ${this.#skipped}`);
    this.#skipped = 0;
  }

  async #cycle(timeoutMillis: number): Promise<void> {
    try {
      const { resourceMetrics, errors } = await this.collect({ timeoutMillis });
      for (const error of errors) log.error('a metric gave no points in this cycle:', error);
      if (resourceMetrics.scopeMetrics.length === 0) return;
      await new Promise<void>((resolve) => this.#exporter.export(resourceMetrics, () => resolve()));
    } catch (error) {
      log.error('a cycle could not be collected:', error);
    }
  }

  protected override async onForceFlush(): Promise<void> {
    await this.#collecting;
    await this.#cycle(LAST_COLLECT_MILLIS);
    await this.#exporter.forceFlush();
  }

  /** Collects once more, tries to export it, and stops. */
  protected override async onShutdown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#tellSkipped('stopping');
    await this.#cycle(LAST_COLLECT_MILLIS);
    await this.#exporter.shutdown();
  }
}
