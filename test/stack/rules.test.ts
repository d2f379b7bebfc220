/** The rules in a Prometheus that evaluates each group at its own interval. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { GROUPS, prometheusRules } from '../../agent/src/alerts/prometheus/rule-file.js';
import { DEFAULT_ALERTS } from '../../agent/src/alerts/settings.js';
import { HOUR, MINUTE, SECOND } from '../support/calendar.js';
import { namespaceRefusal } from '../support/namespace.js';
import { get } from './http.js';
import { PROMETHEUS_PORT } from './ports.js';
import { start } from './process.js';
import { startPrometheus } from './prometheus.js';
import { openStack, type Stack } from './stack.js';

const BASE = `http://127.0.0.1:${PROMETHEUS_PORT}`;
const PUSH = fileURLToPath(new URL('inside/push.mjs', import.meta.url));

const SETTINGS: typeof DEFAULT_ALERTS = {
  ...DEFAULT_ALERTS,
  'above-normal-peak': { warning: 1.5, critical: 2, fixed: undefined, forMillis: 2 * SECOND },
};
const NORMAL_PEAK = 100;

const refusal = namespaceRefusal();

test.skipIf(refusal)('each group is evaluated, and what fires is held between its thresholds', async () => {
  const stack = await openStack();
  const rules = join(stack.folder, 'scout-tcp.rules.yml');
  const levels = join(stack.folder, 'levels.json');
  await writeFile(rules, prometheusRules(SETTINGS, SECOND));
  await remember(stack, ['web-1', 'web-2']);
  await startPrometheus(stack, `rule_files: [${rules}]\n`);
  // Between the thresholds, where nothing that has not fired is held.
  const between = 140;
  const set = (level: number) => writeFile(levels, JSON.stringify({ 'web-1': level, 'web-2': between }));
  await set(between);
  const pushing = start(stack.namespace, process.execPath, [PUSH, `${BASE}/api/v1/otlp/v1/metrics`, levels]);
  await expect
    .poll(() => values(stack, 'host:tcp_connections:sum'), PATIENT)
    .toEqual({ 'web-1': between, 'web-2': between });
  expect(pushing.output()).toMatch(/^(200\n)+$/);

  await set(160);
  await expect.poll(() => firing(stack), PATIENT).toEqual(['web-1']);
  await set(between);
  const since = Date.now();
  await expect
    .poll(() => values(stack, 'count_over_time((host:tcp_connections:sum < 150)[20s:1s])'), PATIENT)
    .toMatchObject({ 'web-1': 20 });
  expect(Date.now() - since).toBeGreaterThan(10 * SECOND);
  expect(await firing(stack)).toEqual(['web-1']);
  await set(NORMAL_PEAK);
  await expect.poll(() => firing(stack), PATIENT).toEqual([]);

  await expect
    .poll(() => states(stack), PATIENT)
    .toEqual(Object.fromEntries(GROUPS.map((name) => [name, ['ok']])));
});

/** The group that is evaluated every other minute begins somewhere in these. */
const PATIENT = { timeout: 180_000, interval: 500 };

/** The normal peak, as it was recorded up to now. */
async function remember({ folder }: Stack, hosts: readonly string[]): Promise<void> {
  const now = Date.now();
  const name = 'host:tcp_connections:next_normal_peak';
  const lines = hosts.flatMap((host) =>
    Array.from({ length: (2 * HOUR) / MINUTE }, (_, i) => now - 2 * HOUR + i * MINUTE).map(
      (time) => `${name}{host_name="${host}"} ${NORMAL_PEAK} ${time / SECOND}`,
    ),
  );
  const file = join(folder, 'recorded.om');
  await writeFile(file, [`# TYPE ${name} gauge`, ...lines, '# EOF', ''].join('\n'));
  await mkdir(join(folder, 'prometheus'));
  await promisify(execFile)(inject('engines').promtool, [
    ...['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'prometheus')],
  ]);
}

async function firing(stack: Stack): Promise<string[]> {
  const alert = 'ALERTS{alertname="TcpAboveNormalPeak",severity="warning",alertstate="firing"}';
  return Object.keys(await values(stack, alert)).sort();
}

async function values({ namespace }: Stack, query: string): Promise<Record<string, number>> {
  const answer = await get(namespace, `${BASE}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = JSON.parse(answer) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric.host_name, Number(value[1])]));
}

/** What the rules of each group say of their last evaluation: `ok`, or what went wrong. */
async function states({ namespace }: Stack): Promise<Record<string, string[]>> {
  const { data } = JSON.parse(await get(namespace, `${BASE}/api/v1/rules`)) as {
    data: { groups: { name: string; rules: { name: string; health: string; lastError?: string }[] }[] };
  };
  return Object.fromEntries(
    data.groups.map(({ name, rules }) => [
      name,
      [...new Set(rules.map(({ health, lastError }) => (lastError ? `${health}: ${lastError}` : health)))],
    ]),
  );
}
