import type { HrTime } from '@opentelemetry/api';
import { DataPointType, type ScopeMetrics, type SumMetricData } from '@opentelemetry/sdk-metrics';

interface Series {
  readonly value: number;
  readonly startTime: HrTime;
}

/**
 * Gives each point of a counter the time since which it counts without a break, across cycles that know nothing of each
 * other. A counter that is new, was absent from the cycle before, or has fallen, counts from now on
 * (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#resets-and-gaps).
 */
export class CounterStarts {
  #before: ReadonlyMap<string, Series> = new Map();

  /** Takes the next cycle, and remembers none but the counters in it. */
  next(cycle: readonly ScopeMetrics[]): ScopeMetrics[] {
    const now = new Map<string, Series>();
    const started = cycle.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map((metric) =>
        metric.dataPointType === DataPointType.SUM ? this.#start(scope.name, metric, now) : metric,
      ),
    }));
    this.#before = now;
    return started;
  }

  #start(scope: string, metric: SumMetricData, now: Map<string, Series>): SumMetricData {
    const dataPoints = metric.dataPoints.map((point) => {
      const series = JSON.stringify([scope, metric.descriptor.name, point.attributes]);
      const before = this.#before.get(series);
      const goesOn = before !== undefined && before.value <= point.value;
      const startTime = goesOn ? before.startTime : point.endTime;
      now.set(series, { value: point.value, startTime });
      return { ...point, startTime };
    });
    return { ...metric, dataPoints };
  }
}
