/** Interfaces that come and go, as the agent exports them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Counters, writeNetDev } from '../../../test/support/net-dev.js';
import { HostMetrics } from '../../src/export/host-metrics.js';
import { pointsOf } from '../../src/export/points.js';
import { startCounting } from '../support/counting.js';
import { procFolder } from '../support/proc-folder.js';
import type { OtlpMetrics, OtlpPoint } from '../support/receiver.js';
import { scratchFolder } from '../support/scout-agent.js';

const IO = 'system.network.io';

test('of 10,000 names that come and go each live one has its own points, and no other has any', async (t) => {
  const proc = await scratchFolder(t);
  const host = new HostMetrics({
    proc,
    metrics: ['net_rx_bytes', 'net_tx_bytes', 'net_errors'],
    interfaces: { include: ['veth*', 'eth0'] },
  });
  t.onTestFinished(() => host.stop());
  const perCycle = 200;
  for (let born = 0; born < 10_000; born += perCycle) {
    const alive = Array.from({ length: perCycle }, (_, i) => [
      `veth${born + i}`,
      [born + i, 1, 2, 3] as const,
    ]);
    await writeNetDev(proc, { eth0: [7_000 + born, 1, 2, 3], ...Object.fromEntries(alive) });
    const { resourceMetrics, errors } = await host.collect();
    expect(errors).toEqual([]);
    const points = pointsOf(resourceMetrics);
    expect(points).toHaveLength(4 * (perCycle + 1));
    const received = points.filter(
      ({ name, attributes }) => name === IO && attributes['network.io.direction'] === 'receive',
    );
    expect(received.map(({ attributes, value }) => [attributes['network.interface.name'], value])).toEqual([
      ['eth0', 7_000 + born],
      ...alive.map(([name], i) => [name, born + i]),
    ]);
  }
});

test('every state of 128 namespaces and the own one is more than 2,000 points, and each is there', async (t) => {
  const { path } = await procFolder(t, { tcp: 3 });
  const table = await readFile(join(path, '1/net/tcp'));
  for (let pid = 2; pid <= 129; pid++) {
    await mkdir(join(path, `${pid}/net`), { recursive: true });
    await writeFile(join(path, `${pid}/net/tcp`), table);
    await writeFile(join(path, `${pid}/net/tcp6`), '  sl  local_address remote_address st\n');
  }
  const host = new HostMetrics({ proc: path, metrics: ['tcp_states'], namespaces: 'all' });
  t.onTestFinished(() => host.stop());
  const { resourceMetrics } = await host.collect();
  const counts = pointsOf(resourceMetrics).filter(({ name }) => name === 'system.network.connection.count');
  expect(counts).toHaveLength(11 + 128 * 22);
  const established = counts.filter(
    ({ attributes }) =>
      attributes['network.connection.state'] === 'established' && attributes['network.type'] === 'ipv4',
  );
  expect(established.map(({ value }) => value)).toEqual(Array(129).fill(3));
});

test('over OTLP: a vanished interface is absent, and one that is made anew counts from then on', async (t) => {
  const { receiver, proc } = await startCounting(t, {
    config: 'interval: 1s\nmetrics: [net_rx_bytes]',
  });
  const received = (body: OtlpMetrics): Record<string, OtlpPoint> =>
    Object.fromEntries(
      body.resourceMetrics
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics)
        .filter(({ name }) => name === IO)
        .flatMap(({ sum }) => {
          expect(sum).toMatchObject({ aggregationTemporality: CUMULATIVE, isMonotonic: true });
          return sum?.dataPoints ?? [];
        })
        .map((point) => [String(point.attributes[0]?.value.stringValue), point]),
    );
  /** Waits for a cycle with these values. */
  const untilTaken = async (values: Record<string, number>) => {
    const { body } = await receiver.untilTakes((each) => {
      const points = Object.entries(received(each)).map(([name, { asInt }]) => [name, asInt]);
      return JSON.stringify(Object.fromEntries(points)) === JSON.stringify(values);
    });
    return received(body);
  };
  const write = (interfaces: Record<string, Counters>) => writeNetDev(proc.path, interfaces);

  await write({ eth0: [1_000, 0, 0, 0], eth1: [500, 0, 0, 0] });
  const first = await untilTaken({ eth0: 1_000, eth1: 500 });
  expect(first.eth0?.startTimeUnixNano).toBe(first.eth0?.timeUnixNano);

  await write({ eth0: [1_200, 0, 0, 0] });
  const alone = await untilTaken({ eth0: 1_200 });
  expect(alone.eth0?.startTimeUnixNano).toBe(first.eth0?.startTimeUnixNano);

  await write({ eth0: [30, 0, 0, 0], eth1: [600, 0, 0, 0] });
  const anew = await untilTaken({ eth0: 30, eth1: 600 });
  for (const point of Object.values(anew)) expect(point.startTimeUnixNano).toBe(point.timeUnixNano);

  await write({ eth0: [40, 0, 0, 0], eth1: [600, 0, 0, 0] });
  const later = await untilTaken({ eth0: 40, eth1: 600 });
  expect(later.eth0?.startTimeUnixNano).toBe(anew.eth0?.startTimeUnixNano);
  expect(later.eth1?.startTimeUnixNano).toBe(anew.eth1?.startTimeUnixNano);
});

/** AGGREGATION_TEMPORALITY_CUMULATIVE of opentelemetry/proto/metrics/v1/metrics.proto. */
const CUMULATIVE = 2;
