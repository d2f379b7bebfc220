import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** One number of a cycle, as `once --json` prints it. */
export interface Point {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly attributes: Attributes;
}

/** A cycle's numbers in a flat list. */
export function pointsOf(cycle: ResourceMetrics): Point[] {
  return cycle.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor: { name, unit }, dataPoints }) =>
      dataPoints.flatMap(({ value, attributes }) =>
        typeof value === 'number' ? [{ name, unit, value, attributes }] : [],
      ),
    );
}
