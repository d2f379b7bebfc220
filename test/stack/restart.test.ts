/** A Collector that ends and comes back: nothing that it had accepted is lost, and nothing that was counted. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { namespaceRefusal } from '../support/namespace.js';
import { startAgent } from './agent.js';
import { startCollector } from './collector.js';
import { COLLECTOR_OTLP_PORT } from './ports.js';
import { type Running, start } from './process.js';
import { type Series, samplesOf, startPrometheus } from './prometheus.js';
import { openStack, type Stack } from './stack.js';

const refusal = namespaceRefusal();

const SEND = fileURLToPath(new URL('inside/send.mjs', import.meta.url));
const METRIC = 'stack_sent';

test.skipIf(refusal).each(['SIGKILL', 'SIGTERM'] as const)(
  'what it accepted while Prometheus was down outlives its %s',
  async (signal) => {
    const stack = await openStack();

    const first = await startCollector(stack);
    const beforeEnd = send(stack);
    await expect.poll(() => accepted(beforeEnd).length, { timeout: 60_000 }).toBeGreaterThan(300);
    await expect.poll(() => first.output(), { timeout: 60_000 }).toContain('Will retry the request');
    await first.kill(signal);
    await beforeEnd.ended;

    await startCollector(stack);
    const afterEnd = send(stack);
    await expect.poll(() => accepted(afterEnd).length, { timeout: 60_000 }).toBeGreaterThan(100);
    await afterEnd.kill('SIGTERM');

    await startPrometheus(stack);
    const sent = [...accepted(beforeEnd), ...accepted(afterEnd)];
    await expect.poll(() => missing(stack, sent), { timeout: 120_000, interval: 1_000 }).toEqual([]);
  },
);

test.skipIf(refusal)(
  'what the agent counts while no Collector is there arrives when one is back',
  async () => {
    const stack = await openStack({ ipv6: 5 });
    await startPrometheus(stack);
    const first = await startCollector(stack);
    const agent = await startAgent(stack);
    const samples = async (): Promise<Series['samples']> => {
      const [series] = await samplesOf(stack, 'system_network_connection_count{network_type="ipv6"}');
      return series?.samples ?? [];
    };
    await expect.poll(samples, { timeout: 60_000, interval: 500 }).not.toEqual([]);

    await first.kill('SIGKILL');
    const gone = Date.now();
    await expect.poll(() => agent.output(), { timeout: 60_000 }).toContain('takes no metrics');
    const back = Date.now();
    await startCollector(stack);

    const newest = async (): Promise<number> => (await samples()).at(-1)?.time ?? 0;
    await expect.poll(newest, { timeout: 60_000, interval: 500 }).toBeGreaterThan(back);
    const meanwhile = (await samples()).filter(({ time }) => time > gone && time < back);
    expect(new Set(meanwhile.map(({ value }) => value))).toEqual(new Set([10]));
  },
);

function send({ namespace }: Stack): Running {
  const url = `http://127.0.0.1:${COLLECTOR_OTLP_PORT}/v1/metrics`;
  return start(namespace, process.execPath, [SEND, url, METRIC]);
}

/** `<time> <value>` of each point that the Collector answered with 2xx. */
function accepted(sender: Running): string[] {
  return sender.output().split('\n').slice(0, -1);
}

async function missing(stack: Stack, sent: readonly string[]): Promise<string[]> {
  const series = await samplesOf(stack, METRIC);
  const stored = new Set(
    series.flatMap(({ samples }) => samples.map(({ time, value }) => `${time} ${value}`)),
  );
  return sent.filter((point) => !stored.has(point));
}
