/** `process: true`: the sockets that this process itself holds. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AggregationTemporality, MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { TcpConnectionsInstrumentation, type TcpConnectionsOptions } from '../../src/index.js';
import { openNamespace } from '../support/namespace.js';
import { OnDemandReader } from '../support/on-demand-reader.js';

const OWN = 'process.network.connection.count';

function observe(options: TcpConnectionsOptions = {}) {
  const readers = [0, 1].map(() => new OnDemandReader(AggregationTemporality.DELTA));
  const provider = new MeterProvider({ readers });
  new TcpConnectionsInstrumentation({ process: true, ...options }).setMeterProvider(provider);
  return async () => {
    const [first, second] = await Promise.all(readers.map((reader) => reader.points()));
    const own = (points: Record<string, number> = {}) =>
      Object.fromEntries(Object.entries(points).filter(([name]) => name.startsWith(OWN)));
    expect(own(second)).toEqual(own(first));
    return own(first);
  };
}

/** So many connections that this process holds both ends of. */
async function hold(
  count: number,
  host: string,
): Promise<{ pairs: [Socket, Socket][]; close(): Promise<void> }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, host);
  await once(server, 'listening');
  const pairs: [Socket, Socket][] = [];
  for (let i = 0; i < count; i++) {
    const client = connect({ port: (server.address() as AddressInfo).port, host });
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
    pairs.push([client, accepted]);
  }
  return {
    pairs,
    async close() {
      for (const socket of pairs.flat()) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('each state and family goes up and down by what is opened and closed, whatever others hold', async (t) => {
  // A namespace of its own tells nothing of this process; its connections are not in the numbers.
  const points = observe();
  const before = await points();
  expect(Object.keys(before).map((name) => name.slice(OWN.length))).toEqual(
    ['ipv4', 'ipv6'].flatMap((family) =>
      'established syn_sent fin_wait_1 fin_wait_2 close_wait last_ack listen closing'
        .split(' ')
        .map((state) => `{${family},${state}}`),
    ),
  );
  const change = async () => {
    const now = await points();
    const changes = Object.entries(now).map(([name, count]) => [
      name.slice(OWN.length),
      count - (before[name] ?? 0),
    ]);
    return Object.fromEntries(changes.filter(([, by]) => by !== 0));
  };

  const ipv4 = await hold(20, '127.0.0.1');
  const ipv6 = await hold(7, '::1');
  t.onTestFinished(() => ipv6.close());
  expect(await change()).toEqual({
    '{ipv4,established}': 40,
    '{ipv4,listen}': 1,
    '{ipv6,established}': 14,
    '{ipv6,listen}': 1,
  });

  // The peer has closed, this side has not: what a leak in a pool looks like.
  const [client, accepted] = ipv4.pairs[0] as [Socket, Socket];
  client.end();
  accepted.resume();
  await expect
    .poll(change)
    .toMatchObject({ '{ipv4,established}': 38, '{ipv4,close_wait}': 1, '{ipv4,fin_wait_2}': 1 });
  await ipv4.close();
  await expect.poll(change).toEqual({ '{ipv6,established}': 14, '{ipv6,listen}': 1 });
});

test('loopback: false leaves its own loopback connections out', async (t) => {
  const { close } = await hold(3, '127.0.0.1');
  t.onTestFinished(close);
  const all = await observe()();
  const others = await observe({ loopback: false })();
  expect(
    (all[`${OWN}{ipv4,established}`] ?? 0) - (others[`${OWN}{ipv4,established}`] ?? 0),
  ).toBeGreaterThanOrEqual(6);
});

test('with another proc the host counts there and the process here', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'proc-'));
  t.onTestFinished(() => rmSync(folder, { recursive: true }));
  const namespace = await openNamespace({ ipv4: 9 });
  t.onTestFinished(() => namespace.close());
  const here = await hold(2, '127.0.0.1');
  t.onTestFinished(here.close);
  const own = await observe()();
  expect(await observe({ proc: namespace.proc })()).toEqual(own);
  expect(own[`${OWN}{ipv4,established}`]).toBeGreaterThanOrEqual(4);
});
