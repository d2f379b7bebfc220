import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { type Ask, asker, startDashboard } from '../support/dashboard.js';
import { startReceiver } from '../support/receiver.js';
import { scratchFolder, startScoutAgent } from '../support/scout-agent.js';
import { until } from '../support/until.js';

const ESTABLISHED = { 'network.connection.state': 'established' };

test('series, their summary and the status say what was counted', async (t) => {
  const { ask, proc, receiver, agent } = await startDashboard(t);
  await proc.write('tcp', 20);
  await receiver.untilTaken(receiver.taken.length + 2);
  await proc.write('tcp', 1);
  await receiver.untilTaken(receiver.taken.length + 2);
  const json = async (path: string) => JSON.parse((await ask(path)).text);
  const from = Date.now() - 60_000;
  const series = await json(`/api/series?from=${from}&name=system.network.connection.count`);
  const summary = await json(
    `/api/summary?from=${new Date(from).toISOString()}&name=system.network.connection.count`,
  );
  const [total, closeWait, ipv4, ipv6] = series.series;
  expect(total).toMatchObject({
    attributes: ESTABLISHED,
    unit: '{connection}',
    summary: { lowest: 4, peak: 23 },
  });
  expect(closeWait).toMatchObject({
    attributes: { 'network.connection.state': 'close_wait' },
    summary: { peak: 0 },
  });
  expect(ipv4).toMatchObject({
    attributes: { ...ESTABLISHED, 'network.type': 'ipv4' },
    summary: { lowest: 1, peak: 20 },
  });
  expect(ipv6).toMatchObject({
    attributes: { ...ESTABLISHED, 'network.type': 'ipv6' },
    summary: { lowest: 3, peak: 3 },
  });
  expect(series.series).toHaveLength(4);
  expect(Math.max(...total.buckets.map(([, , , peak]: number[]) => peak))).toBe(23);
  expect(series.widthMillis).toBe(1000);
  expect(series.collected).toHaveLength(1);
  expect(summary.series[0]).toMatchObject({
    summary: { lowest: 4, peak: 23, peakTime: total.summary.peakTime },
    current: 4,
  });
  expect(summary.series.map(({ current }: { current: number }) => current)).toEqual([4, 1, 3]);
  expect(summary.series[0]).not.toHaveProperty('buckets');

  const status = await json('/api/status');
  expect(status).toMatchObject({
    version: '0.1.0',
    intervalMillis: 1000,
    metrics: ['tcp_connections'],
    collector: { state: 'up', endpoint: `${receiver.endpoint}/v1/metrics` },
    health: { healthy: true, reasons: [] },
  });
  expect(status.configuration).toContain('metrics:\n  - tcp_connections  # default\n');
  expect(agent.logged(/ takes metrics$/)).toHaveLength(1);
});

test('/metrics gives what is listed, under the names that Prometheus gives to OTLP', async (t) => {
  const { ask } = await startDashboard(t, {
    config: 'metrics: [tcp_connections, net_rx_bytes]\nresource: {host.name: web-3}',
  });
  const { text, headers } = await ask('/metrics');
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const names = new Set([...text.matchAll(/^([a-z]\w*)\{/gm)].map(([, name]) => name));
  expect([...names].sort()).toEqual([
    'scout_alert_state',
    'scout_tcp_scan_duration_seconds',
    'scout_tcp_scan_success',
    'system_network_connection_count',
    'system_network_io_bytes_total',
    'target_info',
  ]);
  expect(text).toContain(
    '\nsystem_network_connection_count{network_transport="tcp",network_type="ipv4",network_connection_state="established",host_name="web-3"} 12\n',
  );
});

test('/healthz says which table could not be read, and that it can be again', async (t) => {
  const { ask, proc } = await startDashboard(t);
  expect(await ask('/healthz')).toMatchObject({ status: 200, text: '{"healthy":true,"reasons":[]}' });
  await writeFile(proc.table('tcp'), 'no table\n');
  expect(await untilStatus(ask, 503)).toEqual({
    healthy: false,
    reasons: ['the table of ipv4 connections could not be read'],
  });
  await proc.write('tcp', 5);
  expect(await untilStatus(ask, 200)).toEqual({ healthy: true, reasons: [] });
});

test('/healthz says that cycles have stopped', async (t) => {
  const { ask, proc, agent } = await startDashboard(t);
  await proc.remove('tcp');
  // Reading from it never ends.
  execFileSync('mkfifo', [proc.table('tcp')]);
  const reply = await untilStatus(ask, 503);
  expect(reply).toMatchObject({
    healthy: false,
    reasons: [expect.stringMatching(/^no cycle for \d+ s, though one is due every 1s$/)],
  });
  await agent.stop('SIGKILL');
});

test('events: the last cycle at once, then each one, and a reader that goes away is forgotten', async (t) => {
  const { link, proc, agent } = await startDashboard(t);
  const events = follow(link);
  await until(
    () => events.length >= 3,
    () => `3 events; there were ${events.length}`,
  );
  await proc.write('tcp', 77);
  await until(
    () => events.at(-1)?.series[0]?.value === 80,
    () => JSON.stringify(events.at(-1)),
  );
  const times = events.map(({ time }) => time);
  expect(times).toEqual([...new Set(times)].sort());
  expect(events[0]).toMatchObject({ collector: { state: 'up' }, health: { healthy: true } });
  events.stop();
  expect((await agent.stop()).code).toBe(0);
});

test('it stops at once, though readers follow its events', async (t) => {
  const { link, agent } = await startDashboard(t);
  const followers = Array.from({ length: 5 }, () => follow(link));
  await until(
    () => followers.every(({ length }) => length > 0),
    () => 'an event for each',
  );
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/ warn | error /);
});

test('a history that is gone is told in a sentence', async (t) => {
  const { ask } = await startDashboard(t, { config: 'history: {directory: /dev/null/x}' });
  const { status, text } = await ask('/api/series');
  expect(status).toBe(503);
  expect(JSON.parse(text).error).toMatch(/^the history can't be read: .*\/dev\/null\/x/);
  expect((await ask('/api/status')).status).toBe(200);
  expect(await untilStatus(ask, 503)).toEqual({
    healthy: false,
    reasons: [expect.stringMatching(/^no history is kept: .*\/dev\/null\/x/)],
  });
});

test('/healthz says that cycles are not written, and that they are again', async (t) => {
  const folder = await scratchFolder(t);
  const { ask } = await startDashboard(t, { config: `history: {directory: ${folder}}` });
  expect(await untilStatus(ask, 200)).toEqual({ healthy: true, reasons: [] });
  // Whoever writes keeps all others from writing: https://www.sqlite.org/lockingv3.html
  const writing = new Database(join(folder, 'history.db'));
  writing.exec('BEGIN IMMEDIATE');
  expect(await untilStatus(ask, 503)).toEqual({
    healthy: false,
    reasons: ['the history lacks the last cycle; the log says why'],
  });
  writing.close();
  expect(await untilStatus(ask, 200)).toEqual({ healthy: true, reasons: [] });
});

test('an address that this host does not have is told with the key that names it', async (t) => {
  const folder = await scratchFolder(t);
  const agent = await startScoutAgent(t, {
    config: `history: {directory: ${folder}}\ndashboard: {listen: "192.0.2.1:4380", token: 0123456789abcdef}`,
    env: { OTEL_METRICS_EXPORTER: 'none' },
  });
  await agent.untilLogged(
    / the dashboard can't listen on 192\.0\.2\.1:4380: this host has no such address; .*; dashboard\.listen in agent\.env\.yml chooses one that it has$/,
  );
});

test('a port that is taken is told once, counting goes on, and the page comes when it is free', {
  timeout: 60_000,
}, async (t) => {
  const holder = await startReceiver(t);
  const folder = await scratchFolder(t);
  const agent = await startScoutAgent(t, {
    config: `interval: 1s\nhistory: {directory: ${folder}}\ndashboard: {listen: "127.0.0.1:${holder.port}"}`,
    env: { OTEL_METRICS_EXPORTER: 'none' },
  });
  await agent.untilLogged(
    / warn .* the dashboard can't listen on 127\.0\.0\.1:\d+: another program listens there; counting goes on, and it is tried again; dashboard\.listen in agent\.env\.yml chooses another port$/,
  );
  await holder.close();
  await agent.untilLogged(/ dashboard: http/);
  const ask = asker(new URL(`http://127.0.0.1:${holder.port}`));
  expect(JSON.parse((await ask('/api/status')).text).collector).toEqual({ state: 'off' });
  expect(agent.logged(/ warn /)).toHaveLength(1);
  expect((await agent.stop()).code).toBe(0);
  await rm(folder, { recursive: true });
});

/** What /healthz says once it answers with a status. */
async function untilStatus(ask: Ask, status: number): Promise<unknown> {
  let reply = await ask('/healthz');
  await until(
    async () => {
      await sleep(200);
      reply = await ask('/healthz');
      return reply.status === status;
    },
    () => `${status}; it was ${reply.status}: ${reply.text}`,
  );
  return JSON.parse(reply.text);
}

interface Followed extends Array<{ time: number; series: { value: number }[]; [key: string]: unknown }> {
  stop(): void;
}

/** The data of a stream's events, as they come. */
function follow({ hostname, port }: URL): Followed {
  let rest = '';
  const asking = get({ host: hostname, port, path: '/api/events', agent: false }, (answer) => {
    answer.setEncoding('utf8').on('data', (part: string) => {
      const parts = `${rest}${part}`.split('\n\n');
      rest = parts.pop() as string;
      for (const event of parts) {
        const data = /^event: cycle\ndata: (.*)$/.exec(event)?.[1];
        if (data !== undefined) events.push(JSON.parse(data));
      }
    });
    answer.on('error', () => {});
  });
  asking.on('error', () => {});
  const events: Followed = Object.assign([], { stop: () => void asking.destroy() });
  return events;
}
