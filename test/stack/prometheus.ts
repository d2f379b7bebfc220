import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { get, getOk } from './http.js';
import { PROMETHEUS_PORT } from './ports.js';
import { start } from './process.js';
import type { Stack } from './stack.js';

const BASE = `http://127.0.0.1:${PROMETHEUS_PORT}`;

/** What otel-collector-config.yaml says that Prometheus needs. */
const CONFIG = `
otlp:
  promote_resource_attributes: [host.name]
storage:
  tsdb:
    out_of_order_time_window: 24h
`;

export interface Series {
  readonly labels: Record<string, string>;
  /** In the order of time. `time` is in milliseconds since the epoch. */
  readonly samples: readonly { readonly time: number; readonly value: number }[];
}

interface Answer {
  data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
}

/** @param more what its file says beside that */
export async function startPrometheus({ namespace, folder }: Stack, more = ''): Promise<void> {
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, CONFIG + more);
  start(namespace, inject('engines').prometheus, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${PROMETHEUS_PORT}`,
    '--web.enable-otlp-receiver',
  ]);
  await expect.poll(() => getOk(namespace, `${BASE}/-/ready`), { timeout: 60_000, interval: 200 }).toBe(true);
}

/** Every sample of the last hour as it is stored, by series. */
export async function samplesOf({ namespace }: Stack, selector: string): Promise<Series[]> {
  const query = new URLSearchParams({ query: `${selector}[1h]` });
  const answer: Answer = JSON.parse(await get(namespace, `${BASE}/api/v1/query?${query}`));
  return answer.data.result.map(({ metric, values }) => ({
    labels: metric,
    samples: values.map(([seconds, value]) => ({ time: Math.round(seconds * 1000), value: Number(value) })),
  }));
}
