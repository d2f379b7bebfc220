import {
  type CollectionResult,
  MeterProvider,
  type MetricCollectOptions,
  type MetricProducer,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  TcpConnectionsInstrumentation,
  type TcpConnectionsOptions,
} from 'opentelemetry-instrumentation-tcp-connections';
import { CounterStarts } from './counter-starts.js';

/**
 * What the instrumentation observes, as it is at each collection.
 *
 * The SDK repeats the last value of a counter that is observed no longer, for ever, and collapses the attribute sets of
 * an instrument once it has ever seen 2,000 (sdk-metrics 2.12, `TemporalMetricProcessor` and `DeltaMetricProcessor`).
 * Network interfaces come and go, so each collection has a provider of its own, which remembers nothing: what is gone is
 * absent, and names seen long ago hold neither place nor memory.
 */
export class HostMetrics implements MetricProducer {
  readonly #instrumentation: TcpConnectionsInstrumentation;
  readonly #starts = new CounterStarts();

  constructor(options: TcpConnectionsOptions) {
    this.#instrumentation = new TcpConnectionsInstrumentation({ ...options, enabled: false });
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const reader = new OneTimeReader();
    this.#instrumentation.setMeterProvider(new MeterProvider({ readers: [reader] }));
    this.#instrumentation.enable();
    const { resourceMetrics, errors } = await reader.collect(options);
    const scopeMetrics = this.#starts.next(resourceMetrics.scopeMetrics);
    return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
  }

  /** Takes the instrumentation off the last provider. */
  stop(): void {
    this.#instrumentation.disable();
  }
}

class OneTimeReader extends MetricReader {
  /** The instrumentation has bounds of its own; all states of many namespaces are more than the SDK's 2,000. */
  constructor() {
    super({ cardinalitySelector: () => Number.POSITIVE_INFINITY });
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
