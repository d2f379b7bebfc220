import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  AggregationTemporality,
  InstrumentType,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { log } from '../log.js';
import type { ExportBranch } from './branch.js';

/** Long enough for one attempt at each branch, short enough for a stop within five seconds. */
const DRAIN_MILLIS = 3_000;

/** Hands every cycle to every branch and reports success at once, so that collection never waits for an export. */
export class FanOutExporter implements PushMetricExporter {
  readonly #branches: readonly ExportBranch[];

  constructor(branches: readonly ExportBranch[]) {
    this.#branches = branches;
  }

  export(cycle: ResourceMetrics, done: (result: ExportResult) => void): void {
    for (const branch of this.#branches) {
      try {
        branch.accept(cycle);
      } catch (error) {
        log.error('a cycle was not taken:', error);
      }
    }
    done({ code: ExportResultCode.SUCCESS });
  }

  /**
   * A gauge that was not observed in a cycle is repeated with its last value and a fresh time under CUMULATIVE
   * temporality; under DELTA it is absent, which is the truth. Sums stay CUMULATIVE, because Prometheus refuses delta
   * sums (sdk-metrics 2.12, `TemporalMetricProcessor`; Prometheus 3.13, `/api/v1/otlp`).
   */
  selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return type === InstrumentType.GAUGE || type === InstrumentType.OBSERVABLE_GAUGE
      ? AggregationTemporality.DELTA
      : AggregationTemporality.CUMULATIVE;
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#branches.map((branch) => branch.drain(DRAIN_MILLIS)));
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
  }
}
