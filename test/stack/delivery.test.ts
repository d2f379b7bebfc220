/** From sockets to the graph: the agent, the Collector with the shipped file, and Prometheus. */
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { namespaceRefusal } from '../support/namespace.js';
import { startAgent } from './agent.js';
import { countSteady, type Steady } from './awk.js';
import { startCollector } from './collector.js';
import type { Running } from './process.js';
import { type Series, samplesOf, startPrometheus } from './prometheus.js';
import { openStack } from './stack.js';

const refusal = namespaceRefusal();

const SELECTOR = 'system_network_connection_count{network_connection_state="established"}';

test.skipIf(refusal)('Prometheus holds the numbers that awk finds in the tables', async () => {
  const stack = await openStack({ ipv4: 120, ipv6: 70, mapped: 30, mappedBoth: 10 });
  await startPrometheus(stack);
  const collector = await startCollector(stack);
  await startAgent(stack);

  const arrived = (series: Series[]): string[] => series.map((one) => one.labels.network_type ?? '').sort();
  await expect
    .poll(async () => arrived(await samplesOf(stack, SELECTOR)), { timeout: 60_000, interval: 500 })
    .toEqual(['ipv4', 'ipv6']);

  // Each question to Prometheus is a connection as well: first count in silence, then ask what was stored.
  const steady = await countSteady(stack.namespace, () => batchesSeen(collector));
  await expect
    .poll(async () => newest(await samplesOf(stack, SELECTOR)), { timeout: 60_000, interval: 500 })
    .toBeGreaterThan(steady.to);
  const series = await samplesOf(stack, SELECTOR);

  const ipv4 = series.find((one) => one.labels.network_type === 'ipv4') as Series;
  const ipv6 = series.find((one) => one.labels.network_type === 'ipv6') as Series;
  expect(new Set(within(ipv4, steady))).toEqual(new Set([steady.tcp]));
  expect(new Set(within(ipv6, steady))).toEqual(new Set([steady.tcp6]));

  // The engines and the agent talk over IPv4 only, so that the other table holds what was opened and no more.
  expect(steady.tcp6).toBe(stack.namespace.expected.tcp6.established);
  expect(steady.tcp).toBeGreaterThan(stack.namespace.expected.tcp.established);

  for (const { labels } of series) {
    expect(labels).toMatchObject({
      host_name: hostname(),
      job: 'scout-agent',
      network_transport: 'tcp',
    });
  }
});

/** The shipped file has the Collector say one line for each batch that comes in. */
function batchesSeen(collector: Running): number {
  return collector.output().split('info\tMetrics\t').length - 1;
}

function newest(series: Series[]): number {
  return Math.min(...series.map(({ samples }) => samples.at(-1)?.time ?? 0));
}

/** The first one is left out: the table may have been read before the silence began. */
function within({ samples }: Series, { from, to }: Steady): number[] {
  const values = samples.filter(({ time }) => time >= from && time <= to).map(({ value }) => value);
  expect(values.length).toBeGreaterThanOrEqual(3);
  return values.slice(1);
}
