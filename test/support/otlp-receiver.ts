/** What arrives over OTLP/HTTP, JSON or Protobuf, at a receiver in a private namespace. */
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { Namespace } from './namespace.js';
import { cleanEnvironment, followProgram } from './program.js';

type Attributes = Readonly<Record<string, unknown>>;

export interface Point {
  readonly metric: string;
  readonly attributes: Attributes;
  readonly value: number;
}

/** One request: the metrics of one cycle. */
export interface Batch {
  readonly resource: Attributes;
  readonly scopes: readonly { readonly name: string; readonly version: string }[];
  readonly points: readonly Point[];
}

export interface Receiver {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT has it. */
  readonly endpoint: string;
  /** Waits until so many have arrived, and gives them all. */
  untilBatches(count: number): Promise<Batch[]>;
  /** Ends the receiver and gives all that it took. */
  end(): Promise<Batch[]>;
}

/** Above the holders' listeners and below the ephemeral ports, one of which a connection may hold. */
const PORT = 1811;

const PROCESS = fileURLToPath(new URL('otlp-receiver-process.mjs', import.meta.url));

/** Starts a receiver inside the namespace, for this test at the longest. */
export async function startReceiver(namespace: Namespace, port = PORT): Promise<Receiver> {
  const program = followProgram(
    namespace.spawn(process.execPath, [PROCESS, String(port)], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  await program.untilPrinted(/^ready\n/);
  const batches = () => program.stdout().split('\n').slice(1, -1).map(parseBatch);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    untilBatches: async (count) => {
      await vi.waitUntil(() => batches().length >= count, { timeout: 45_000, interval: 20 });
      return batches();
    },
    end: async () => {
      await program.stop('SIGTERM');
      return batches();
    },
  };
}

/** The established connections of a batch by address family; a family without a point is absent. */
export function establishedIn({ points }: Batch): Record<string, number> {
  return Object.fromEntries(
    points
      .filter(({ metric }) => metric === 'system.network.connection.count')
      .filter(({ attributes }) => attributes['network.connection.state'] === 'established')
      .map(({ attributes, value }) => [attributes['network.type'], value]),
  );
}

/** The part of ExportMetricsServiceRequest that gauges need. */
interface Request {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes?: readonly KeyValue[] };
    readonly scopeMetrics: readonly {
      readonly scope: Batch['scopes'][number];
      readonly metrics: readonly {
        readonly name: string;
        readonly gauge?: {
          readonly dataPoints: readonly {
            readonly attributes?: readonly KeyValue[];
            readonly asInt?: number | string;
            readonly asDouble?: number;
          }[];
        };
      }[];
    }[];
  }[];
}

interface KeyValue {
  readonly key: string;
  readonly value: Attributes;
}

function parseBatch(line: string): Batch {
  const { resourceMetrics }: Request = JSON.parse(line);
  const scopeMetrics = resourceMetrics.flatMap((one) => one.scopeMetrics);
  return {
    resource: plain(resourceMetrics.flatMap(({ resource }) => resource.attributes ?? [])),
    scopes: scopeMetrics.map(({ scope }) => scope),
    points: scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ name, gauge }) =>
        (gauge?.dataPoints ?? []).map(({ attributes, asInt, asDouble }) => ({
          metric: name,
          attributes: plain(attributes ?? []),
          value: Number(asInt ?? asDouble),
        })),
      ),
  };
}

function plain(attributes: readonly KeyValue[]): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
