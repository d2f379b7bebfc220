/** What arrives at an OTLP receiver from `scout-agent run`. */
import { createRequire } from 'node:module';
import { MockOtlpServer } from '@elastic/mockotlpserver';
import { expect, test, vi } from 'vitest';
import { startCounting } from '../support/counting.js';
import { procFolder } from '../support/proc-folder.js';
import { establishedIn, pointsIn, valuesIn } from '../support/receiver.js';
import { startScoutAgent } from '../support/scout-agent.js';
import { until } from '../support/until.js';

// These tests wait far more than they work.
vi.setConfig({ maxConcurrency: 20 });

const PLUGIN_VERSION: string = createRequire(import.meta.url)('../../../package.json').version;

test.concurrent('the first cycle arrives at once, however long the interval is', async (t) => {
  const { receiver } = await startCounting(t, { config: 'interval: 1h' });
  const { url, headers, body } = await receiver.untilTaken(1);
  expect(establishedIn(body)).toEqual({ ipv4: 12, ipv6: 3 });
  expect(url).toBe('/v1/metrics');
  expect(headers['content-type']).toBe('application/json');
});

test.concurrent('the count is a gauge of integers under the scope of the plugin', async (t) => {
  const { receiver } = await startCounting(t);
  const { body } = await receiver.untilTaken(1);
  const [scopeMetrics, ...others] = body.resourceMetrics.flatMap((each) => each.scopeMetrics);
  expect(others).toEqual([]);
  expect(scopeMetrics?.scope).toEqual({
    name: 'opentelemetry-instrumentation-tcp-connections',
    version: PLUGIN_VERSION,
  });
  const nanos = expect.stringMatching(/^\d{19}$/);
  const point = (family: string, count: number) => ({
    attributes: [
      { key: 'network.transport', value: { stringValue: 'tcp' } },
      { key: 'network.type', value: { stringValue: family } },
      { key: 'network.connection.state', value: { stringValue: 'established' } },
    ],
    startTimeUnixNano: nanos,
    timeUnixNano: nanos,
    asInt: count,
  });
  expect(scopeMetrics?.metrics.find(({ name }) => name === 'system.network.connection.count')).toEqual({
    name: 'system.network.connection.count',
    description: expect.stringContaining('TCP connections'),
    unit: '{connection}',
    gauge: { dataPoints: [point('ipv4', 12), point('ipv6', 3)] },
  });
  expect(valuesIn(body, 'scout.tcp.scan.success')).toEqual({ ipv4: 1, ipv6: 1 });
});

test.concurrent('a receiver that nobody here wrote understands it', async (t) => {
  const requests: unknown[] = [];
  const server = new MockOtlpServer({
    logLevel: 'fatal',
    services: ['http'],
    httpHostname: '127.0.0.1',
    httpPort: 0,
    onMetrics: (request: unknown) => requests.push(request),
  });
  await server.start();
  t.onTestFinished(() => server.close());
  const proc = await procFolder(t, { tcp: 12, tcp6: 3 });
  const agent = await startScoutAgent(t, {
    config: `proc: ${proc.path}`,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: String(server.httpUrl) },
  });
  await until(
    () => requests.length > 0,
    () => 'a request',
  );
  await agent.stop();
  expect(establishedIn(requests[0] as Parameters<typeof establishedIn>[0])).toEqual({ ipv4: 12, ipv6: 3 });
});

test.concurrent('each interval brings the counts of its own moment', async (t) => {
  const { receiver, proc } = await startCounting(t);
  await receiver.untilTaken(2);
  await proc.write('tcp', 40);
  await receiver.untilTakes((body) => establishedIn(body).ipv4 === 40);
  const times = receiver.taken.map(({ body }) => BigInt(pointsIn(body)[0]?.time ?? 0));
  expect(times.length).toBeGreaterThan(2);
  for (const [index, time] of times.entries()) expect(time > (times[index - 1] ?? 0n)).toBe(true);
});

test.concurrent('every listed state arrives', async (t) => {
  const { receiver } = await startCounting(t, {
    config: 'metrics: [tcp_listen, tcp_connections, tcp_time_wait]',
  });
  const { body } = await receiver.untilTaken(1);
  const counts = pointsIn(body)
    .filter(({ name }) => name === 'system.network.connection.count')
    .map(({ attributes, value }) => [
      attributes['network.type'],
      attributes['network.connection.state'],
      value,
    ]);
  expect(counts).toEqual([
    ['ipv4', 'listen', 1],
    ['ipv4', 'established', 12],
    ['ipv4', 'time_wait', 0],
    ['ipv6', 'listen', 1],
    ['ipv6', 'established', 3],
    ['ipv6', 'time_wait', 0],
  ]);
});

test.concurrent('a family whose table is gone is absent, and its last count is never repeated', async (t) => {
  const { agent, receiver, proc } = await startCounting(t);
  const { body } = await receiver.untilTaken(1);
  expect(establishedIn(body)).toEqual({ ipv4: 12, ipv6: 3 });

  await proc.remove('tcp6');
  const gone = receiver.taken.length;
  // The first cycle from here on may have been under way already.
  await receiver.untilTaken(gone + 4);
  for (const { body } of receiver.taken.slice(gone + 1)) {
    expect(establishedIn(body)).toEqual({ ipv4: 12 });
    expect(valuesIn(body, 'scout.tcp.scan.success')).toEqual({ ipv4: 1 });
    expect(valuesIn(body, 'scout.tcp.scan.duration')).toEqual({ ipv4: expect.any(Number) });
  }
  expect(agent.logged(/no IPv6 table/)).toHaveLength(1);

  await proc.write('tcp6', 5);
  await receiver.untilTakes((body) => establishedIn(body).ipv6 === 5);
});

test.concurrent('a scan that fails is told in each cycle by a metric and once in the log, and so is its recovery', async (t) => {
  const { agent, receiver, proc } = await startCounting(t, { tables: { tcp: 12 } });
  await receiver.untilTaken(1);

  await proc.remove('tcp');
  const gone = receiver.taken.length;
  await receiver.untilTaken(gone + 4);
  for (const { body } of receiver.taken.slice(gone + 1)) {
    expect(establishedIn(body)).toEqual({});
    expect(valuesIn(body, 'scout.tcp.scan.success')).toMatchObject({ ipv4: 0 });
    expect(valuesIn(body, 'scout.tcp.scan.duration')).toEqual({});
  }
  expect(agent.logged(/error .*no ipv4 count: .*\/1\/net\/tcp: there is no such table/)).toHaveLength(1);

  await proc.write('tcp', 13);
  await receiver.untilTakes((body) => establishedIn(body).ipv4 === 13);
  await agent.untilLogged(/info .*\/1\/net\/tcp is counted again/);
  expect(agent.logged(/\/1\/net\/tcp is counted again/)).toHaveLength(1);
});
