import {
  AggregationTemporality,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/** Collects when a test says so. */
export class OnDemandReader extends MetricReader {
  constructor(temporality = AggregationTemporality.CUMULATIVE) {
    super({ aggregationTemporalitySelector: () => temporality });
  }

  /** Every point of one collection: `name{attribute values}` and its value. */
  async points(): Promise<Record<string, number>> {
    const { resourceMetrics, errors } = await this.collect();
    if (errors.length > 0) throw new AggregateError(errors);
    return flatten(resourceMetrics);
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** A real provider with one such reader. */
export function meterProvider(temporality?: AggregationTemporality): {
  provider: MeterProvider;
  reader: OnDemandReader;
} {
  const reader = new OnDemandReader(temporality);
  return { provider: new MeterProvider({ readers: [reader] }), reader };
}

function flatten({ scopeMetrics }: ResourceMetrics): Record<string, number> {
  const points = scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => {
        const values = Object.entries(attributes)
          .filter(([key]) => key !== 'network.transport')
          .map(([, each]) => each);
        return [`${descriptor.name}{${values.join()}}`, value as number] as const;
      }),
    );
  return Object.fromEntries(points);
}
