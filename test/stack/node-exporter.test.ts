/** node_exporter's numbers of the same namespace and host, at the same time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { TcpConnectionsInstrumentation, type TcpConnectionsOptions } from '../../src/index.js';
import { namespaceRefusal } from '../support/namespace.js';
import { OnDemandReader } from '../support/on-demand-reader.js';
import { type Scraped, startNodeExporters } from './node-exporter.js';
import { start } from './process.js';
import { openStack } from './stack.js';

const refusal = namespaceRefusal();

const CONNECTIONS = 'system.network.connection.count';

type Points = Record<string, number>;

function observe(options: TcpConnectionsOptions): () => Promise<Points> {
  const reader = new OnDemandReader();
  const provider = new MeterProvider({ readers: [reader] });
  new TcpConnectionsInstrumentation(options).setMeterProvider(provider);
  return () => reader.points();
}

/** Beside them stands how long the scan took. */
function connections(points: Points): Points {
  return Object.fromEntries(Object.entries(points).filter(([name]) => name.startsWith(CONNECTIONS)));
}

test.skipIf(refusal)('connections by state', async () => {
  const stages = {
    established: 20,
    halfClosed: 4,
    timeWait: 3,
    finUnanswered: 2,
    lastAckUnanswered: 1,
    bothFinsSent: 2,
    synUnanswered: 3,
    synAckUnanswered: 2,
  };
  const { namespace } = await openStack({ ipv4: stages, ipv6: { ...stages, established: 13 } });
  const scrape = await startNodeExporters(namespace);
  const ours = observe({ proc: namespace.proc, metrics: ['tcp_states'] });
  // The first scrape opens the connection that the others go through.
  await scrape();

  // A TIME_WAIT may end and a retry give up between two readings; then they are taken again.
  let before: Points;
  let theirs: Scraped;
  let after = connections(await ours());
  do {
    before = after;
    theirs = await scrape();
    after = connections(await ours());
  } while (!isDeepStrictEqual(after, before));

  const STATES = {
    established: 'established',
    syn_sent: 'syn_sent',
    syn_received: 'syn_recv',
    fin_wait_1: 'fin_wait1',
    fin_wait_2: 'fin_wait2',
    time_wait: 'time_wait',
    closed: 'close',
    close_wait: 'close_wait',
    last_ack: 'last_ack',
    listen: 'listen',
    closing: 'closing',
  };
  const count = (family: string, state: string): number =>
    after[`${CONNECTIONS}{${family},${state}}`] ?? Number.NaN;
  // It has no series of a state that nothing is in.
  const counts = Object.entries(STATES).map(([state, name]) => ({
    state,
    ours: count('ipv4', state) + count('ipv6', state),
    theirs: theirs.get(`node_tcp_connection_states{state="${name}"}`) ?? 0,
  }));
  expect(counts).toEqual(counts.map((each) => ({ ...each, ours: each.theirs })));

  const opened = namespace.expected;
  const established = counts.find(({ state }) => state === 'established');
  // Both ends of the scrape's own connection.
  expect(established?.theirs).toBe(opened.tcp.established + opened.tcp6.established + 2);
});

test.skipIf(refusal)('full accept queues and what the kernel did about them', async () => {
  const { namespace } = await openStack();
  const scrape = await startNodeExporters(namespace);
  const ours = observe({ proc: namespace.proc, metrics: ['tcp_listen_overflows'] });
  const events = {
    accept_queue_full: 'ListenOverflows',
    dropped: 'ListenDrops',
    syn_queue_full: 'TCPReqQFullDrop',
    syn_cookie_sent: 'SyncookiesSent',
  };
  const point = (event: string): string => `scout.tcp.listen.overflows{${event}}`;

  // Clients of a listener in the same process whose loop never comes to accept: its queue has room for two.
  const stuck = start(namespace, process.execPath, [
    '-e',
    `const net = require('node:net');
    net.createServer().listen(999, '127.0.0.1', 1, () => {
      for (let i = 0; i < 20; i++) net.connect(999, '127.0.0.1');
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`,
  ]);
  await expect
    .poll(async () => (await ours())[point('accept_queue_full')], { timeout: 60_000 })
    .toBeGreaterThan(0);
  await stuck.kill('SIGKILL');

  const theirs = await scrape();
  expect(await ours()).toEqual(
    Object.fromEntries(
      Object.entries(events).map(([event, name]) => [
        point(event),
        theirs.get(`node_netstat_TcpExt_${name}`),
      ]),
    ),
  );
});

test.skipIf(refusal)('bytes and errors of interfaces', async () => {
  const { namespace } = await openStack();
  // Without IPv6 nothing is sent but what is asked for.
  await namespace.run('sh', [
    '-ec',
    `echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
    ip link add eth0 type veth peer name eth1
    ip link set eth0 up
    ip link set eth1 up
    ip address add 10.9.9.1/24 dev eth0
    ip neighbour add 10.9.9.2 lladdr 02:00:00:00:00:02 dev eth0`,
  ]);
  await namespace.run(process.execPath, [
    '-e',
    `const socket = require('node:dgram').createSocket('udp4');
    const send = (left) =>
      left === 0 ? socket.close() : socket.send(Buffer.alloc(1000), 9, '10.9.9.2', () => send(left - 1));
    send(20);`,
  ]);
  const scrape = await startNodeExporters(namespace);
  const points = await observe({
    proc: namespace.proc,
    metrics: ['net_rx_bytes', 'net_tx_bytes', 'net_errors'],
    interfaces: { include: ['eth0', 'eth1'] },
  })();

  const theirs = await scrape();
  const series = (name: string, device: string) =>
    theirs.get(`node_network_${name}_total{device="${device}"}`);
  expect(points).toEqual(
    Object.fromEntries(
      ['eth0', 'eth1'].flatMap((device) =>
        ['receive', 'transmit'].flatMap((direction) => [
          [`system.network.io{${device},${direction}}`, series(`${direction}_bytes`, device)],
          [`system.network.errors{${device},${direction}}`, series(`${direction}_errs`, device)],
        ]),
      ),
    ),
  );
  expect(points['system.network.io{eth1,receive}']).toBe(20 * (14 + 20 + 8 + 1_000));
});

/**
 * Both read /proc/stat, but not at one instant. A mode's time only grows, so what ours saw of it lies between what
 * node_exporter saw within and around our readings, give or take the ticks that are cut off: by the kernel of the sum
 * over all CPUs for us, and of each CPU for node_exporter.
 */
test.skipIf(refusal)('shares of the CPU time', async () => {
  const { namespace } = await openStack();
  // node_exporter keeps an idle time that went back at the highest it saw: each is asked once, so that none has seen any.
  const scrape = await startNodeExporters(namespace, 4);
  const ours = observe({ metrics: ['cpu_percent'] });

  // A share of `user` that an idle host would not have.
  start(namespace, process.execPath, ['-e', 'for (;;);']);

  const begun = performance.now();
  const beforeFirst = await scrape(0);
  expect(await ours()).toEqual({});
  const afterFirst = await scrape(1);
  // So long that the time between two peers' readings is a small part of it, however slow the machine is.
  await sleep(Math.max(2_000, 20 * (performance.now() - begun)));
  const beforeLast = await scrape(2);
  const points = await ours();
  const afterLast = await scrape(3);

  // The kernel counts a CPU's wait now as idle, now as iowait (proc_stat(5)): only their sum never goes back.
  const GROUPS = [['user'], ['nice'], ['system'], ['irq', 'softirq'], ['steal'], ['idle', 'iowait']];
  const OURS: Record<string, string[]> = { irq: ['interrupt'], softirq: [] };
  const seconds = (scraped: Scraped, modes: readonly string[]): number =>
    [...scraped].reduce((sum, [series, value]) => {
      const mode = /^node_cpu_seconds_total\{.*mode="(\w+)"/.exec(series)?.[1];
      return mode !== undefined && modes.includes(mode) ? sum + value : sum;
    }, 0);
  const cpus = [...beforeFirst.keys()].filter((name) => /^node_cpu_seconds_total\{.*mode="user"/.test(name));
  expect(cpus.length).toBeGreaterThan(0);
  const TICK = 0.01;
  const spent = GROUPS.map((modes) => {
    const cut = modes.length * (cpus.length + 1) * TICK;
    return {
      modes,
      least: Math.max(0, seconds(beforeLast, modes) - seconds(afterFirst, modes) - cut),
      most: seconds(afterLast, modes) - seconds(beforeFirst, modes) + cut,
    };
  });
  const sum = (key: 'least' | 'most', but: unknown): number =>
    spent.reduce((all, one) => (one === but ? all : all + one[key]), 0);
  for (const one of spent) {
    const share = one.modes
      .flatMap((mode) => OURS[mode] ?? [mode])
      .reduce((all, mode) => all + (points[`system.cpu.utilization{${mode}}`] ?? Number.NaN), 0);
    const told = `${one.modes}: ${share}`;
    expect(share, told).toBeGreaterThanOrEqual(one.least / (one.least + sum('most', one)));
    expect(share, told).toBeLessThanOrEqual(one.most / (one.most + sum('least', one)));
  }
});
