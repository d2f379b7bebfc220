/** What the packages are held against; every version is exact, so that a release elsewhere changes no result here. */

/** The oldest release that each line of Node is supported from, and the newest known of the later lines. */
export const NODES: Readonly<Record<string, string>> = {
  20: '20.19.0',
  22: '22.15.0',
  24: '24.21.0',
  26: '26.10.0',
};

export const NPMS: Readonly<Record<string, string>> = { '10.8': '10.8.3', 11: '11.21.2' };

export interface Generation {
  readonly sdk: string;
  /** The first line of Node that this SDK runs on. */
  readonly fromNode: number;
  readonly packages: Readonly<Record<string, string>>;
}

/** The SDK's generations, as an application installs them. */
export const GENERATIONS: readonly Generation[] = [
  {
    sdk: '1.x',
    fromNode: 20,
    packages: {
      '@opentelemetry/api': '1.9.0',
      '@opentelemetry/exporter-metrics-otlp-http': '0.57.2',
      '@opentelemetry/instrumentation': '0.57.2',
      '@opentelemetry/sdk-metrics': '1.30.1',
      '@opentelemetry/sdk-node': '0.57.2',
    },
  },
  {
    sdk: '2.x',
    fromNode: 20,
    packages: {
      '@opentelemetry/api': '1.9.1',
      '@opentelemetry/exporter-metrics-otlp-http': '0.223.0',
      '@opentelemetry/instrumentation': '0.223.0',
      '@opentelemetry/sdk-metrics': '2.12.0',
      '@opentelemetry/sdk-node': '0.223.0',
    },
  },
  {
    sdk: '3.x',
    fromNode: 22,
    packages: {
      '@opentelemetry/api': '1.10.0',
      '@opentelemetry/exporter-metrics-otlp-http': '0.301.0',
      '@opentelemetry/instrumentation': '0.301.1',
      '@opentelemetry/sdk-metrics': '3.1.0',
      '@opentelemetry/sdk-node': '0.301.0',
    },
  },
];
