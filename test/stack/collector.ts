import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject } from 'vitest';
import { getOk } from './http.js';
import {
  COLLECTOR_HEALTH_PORT,
  COLLECTOR_OTLP_GRPC_PORT,
  COLLECTOR_OTLP_PORT,
  PROMETHEUS_PORT,
} from './ports.js';
import { type Running, start } from './process.js';
import type { Stack } from './stack.js';

/** The file that users are given. */
export const COLLECTOR_CONFIG = fileURLToPath(new URL('../../otel-collector-config.yaml', import.meta.url));

/** The Collector with the file that users are given, all of its own values taken from the environment. */
export async function startCollector({ namespace, folder }: Stack): Promise<Running> {
  const collector = start(
    namespace,
    inject('engines').collector,
    [
      `--config=${COLLECTOR_CONFIG}`,
      // Its own metrics would listen on a port that one of the namespace's connections may hold.
      '--config=yaml:service::telemetry::metrics::level: none',
    ],
    {
      OTELCOL_GRPC_LISTEN: `127.0.0.1:${COLLECTOR_OTLP_GRPC_PORT}`,
      OTELCOL_HTTP_LISTEN: `127.0.0.1:${COLLECTOR_OTLP_PORT}`,
      OTELCOL_HEALTH_LISTEN: `127.0.0.1:${COLLECTOR_HEALTH_PORT}`,
      OTELCOL_STORAGE: join(folder, 'collector'),
      PROMETHEUS_OTLP_ENDPOINT: `http://127.0.0.1:${PROMETHEUS_PORT}/api/v1/otlp`,
    },
  );
  await expect
    .poll(() => getOk(namespace, `http://127.0.0.1:${COLLECTOR_HEALTH_PORT}`), {
      timeout: 60_000,
      interval: 200,
    })
    .toBe(true);
  return collector;
}
