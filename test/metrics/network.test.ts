/** `net_rx_bytes`, `net_tx_bytes` and `net_errors`: the counters of the network interfaces, and which are chosen. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MetricName, TcpConnectionsInstrumentation } from '../../src/index.js';
import type { InterfaceSelection } from '../../src/interfaces.js';
import { namespaceRefusal, openNamespace } from '../support/namespace.js';
import { type Counters, writeNetDev, writeNetDevText } from '../support/net-dev.js';
import { meterProvider } from '../support/on-demand-reader.js';

const refusal = namespaceRefusal();
const IO = 'system.network.io';
const ERRORS = 'system.network.errors';
const ALL: MetricName[] = ['net_rx_bytes', 'net_tx_bytes', 'net_errors'];

/** Sends datagrams of 1,000 bytes to a neighbour that nobody is. */
const SEND = `
  const socket = require('node:dgram').createSocket('udp4');
  const send = (left) => left === 0 ? socket.close() : socket.send(Buffer.alloc(1000), 9, '10.9.9.2', () => send(left - 1));
  send(20);
`;

interface Link {
  readonly ifname: string;
  readonly stats64: Readonly<Record<'rx' | 'tx', { readonly bytes: number; readonly errors: number }>>;
}

test.skipIf(refusal)(`real interfaces, as ip shows them${refusal ? ` (${refusal})` : ''}`, async (t) => {
  const namespace = await openNamespace({ ipv4: 2 });
  t.onTestFinished(() => namespace.close());
  // Without IPv6 nothing is sent but what is asked for.
  const setUp = `
      echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
      echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
      ip link add eth0 type veth peer name veth0
      ip link add docker7 type bridge
      ip link set eth0 up && ip link set veth0 up
      ip address add 10.9.9.1/24 dev eth0
      ip neighbour add 10.9.9.2 lladdr 02:00:00:00:00:02 dev eth0
    `;
  await namespace.run('sh', ['-ec', setUp]);
  await namespace.run(process.execPath, ['-e', SEND]);
  const { provider, reader } = meterProvider();
  const instrumentation = new TcpConnectionsInstrumentation({
    proc: namespace.proc,
    metrics: ALL,
    interfaces: { include: ['*'] },
  });
  instrumentation.setMeterProvider(provider);

  const points = await reader.points();
  expect(points).toEqual(await asIpShows());
  expect(points[`${IO}{eth0,transmit}`]).toBe(20 * (14 + 20 + 8 + 1_000));
  expect(points[`${IO}{veth0,receive}`]).toBe(points[`${IO}{eth0,transmit}`]);

  // As in a container: one end of a pair, and no device behind it.
  const { provider: another, reader: byDefault } = meterProvider();
  instrumentation.setConfig({ proc: namespace.proc, metrics: ['net_tx_bytes'] });
  instrumentation.setMeterProvider(another);
  expect(await byDefault.points()).toEqual({
    [`${IO}{eth0,transmit}`]: points[`${IO}{eth0,transmit}`],
  });

  // One that is made anew begins at 0, and its counter does not stand below that.
  await namespace.run('sh', ['-ec', `ip link delete eth0; ${setUp.replace(/.*docker7 .*/, '')}`]);
  await namespace.run(process.execPath, ['-e', SEND.replace('send(20)', 'send(3)')]);
  expect(await byDefault.points()).toEqual({ [`${IO}{eth0,transmit}`]: 3 * (14 + 20 + 8 + 1_000) });

  async function asIpShows(): Promise<Record<string, number>> {
    const links: Link[] = JSON.parse((await namespace.run('ip', ['-s', '-j', 'link'])).stdout);
    return Object.fromEntries(
      links.flatMap(({ ifname, stats64: { rx, tx } }) => [
        [`${IO}{${ifname},receive}`, rx.bytes],
        [`${IO}{${ifname},transmit}`, tx.bytes],
        [`${ERRORS}{${ifname},receive}`, rx.errors],
        [`${ERRORS}{${ifname},transmit}`, tx.errors],
      ]),
    );
  }
});

describe('a written table', () => {
  let root: string;
  let proc: string;
  let messages: string[];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'net-dev-'));
    proc = join(root, 'proc');
    messages = [];
    const write = (...words: unknown[]) => void messages.push(String(words[1]));
    const logger = { error: write, warn: write, info: write, debug() {}, verbose() {} };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  });
  afterEach(async () => {
    diag.disable();
    await rm(root, { recursive: true });
  });

  /** Makes the host's sysfs beside its procfs, as far as it is asked for. */
  async function sysfs(physical: readonly string[], virtual: readonly string[]): Promise<void> {
    for (const name of [...physical, ...virtual])
      await mkdir(join(root, 'sys/class/net', name), { recursive: true });
    for (const name of virtual) await mkdir(join(root, 'sys/devices/virtual/net', name), { recursive: true });
  }

  function observe(interfaces: InterfaceSelection = {}, metrics: readonly MetricName[] = ['net_rx_bytes']) {
    const { provider, reader } = meterProvider();
    new TcpConnectionsInstrumentation({ proc, metrics, interfaces }).setMeterProvider(provider);
    return reader;
  }

  /** The names of the interfaces that one collection gives. */
  async function chosen(names: readonly string[], interfaces?: InterfaceSelection): Promise<string[]> {
    await writeNetDev(proc, Object.fromEntries(names.map((name) => [name, [1, 2, 3, 4] as const])));
    const points = await observe(interfaces).points();
    return Object.keys(points).map((point) => /\{(.*),receive\}/.exec(point)?.[1] ?? point);
  }

  test('each column under its own name', async () => {
    await writeNetDev(proc, { eth0: [1_000, 1, 2_000, 2], enp1s0: [9_007_199_254_740_991, 0, 0, 0] });
    expect(await observe({}, ALL).points()).toEqual({
      [`${IO}{eth0,receive}`]: 1_000,
      [`${ERRORS}{eth0,receive}`]: 1,
      [`${IO}{eth0,transmit}`]: 2_000,
      [`${ERRORS}{eth0,transmit}`]: 2,
      [`${IO}{enp1s0,receive}`]: 9_007_199_254_740_991,
      [`${ERRORS}{enp1s0,receive}`]: 0,
      [`${IO}{enp1s0,transmit}`]: 0,
      [`${ERRORS}{enp1s0,transmit}`]: 0,
    });
    expect(await observe({}, ['net_tx_bytes']).points()).toEqual({
      [`${IO}{eth0,transmit}`]: 2_000,
      [`${IO}{enp1s0,transmit}`]: 0,
    });
    expect(await observe({}, ['net_errors']).points()).not.toHaveProperty(`${IO}{eth0,receive}`);
  });

  test('an old kernel puts no space behind the colon', async () => {
    const row = '  eth0:123456789 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15';
    await writeNetDevText(proc, `Inter-|\n face |bytes    packets\n${row}\n`);
    expect(await observe().points()).toEqual({ [`${IO}{eth0,receive}`]: 123_456_789 });
  });

  const HOST = ['lo', 'eth0', 'uplink', 'docker0', 'veth12', 'mystery'];

  test('by default those with a device behind them', async () => {
    await sysfs(['eth0', 'uplink', 'unplugged'], ['lo', 'docker0', 'veth12', 'mystery']);
    expect(await chosen(HOST)).toEqual(['eth0', 'uplink']);
    expect(await chosen(HOST, { exclude: ['up*'] })).toEqual(['eth0']);
  });

  test('without a sysfs, or where it knows no device, those whose name tells no virtual kind', async () => {
    expect(await chosen(HOST)).toEqual(['eth0', 'uplink', 'mystery']);
    await sysfs(['of-another-namespace'], ['lo', 'eth0']);
    expect(await chosen(HOST)).toEqual(['eth0', 'uplink', 'mystery']);
    const virtual = [
      'br-1a2b',
      'virbr0',
      'eth0.100',
      'cni0',
      'cali1',
      'tunl0',
      'wg0',
      'bond0',
      'sit0',
      'ifb1',
    ];
    expect(await chosen([...virtual, 'wlp2s0', 'ens5', 'venet0', 'wwan0'])).toEqual([
      'wlp2s0',
      'ens5',
      'venet0',
      'wwan0',
    ]);
  });

  test('include in place of the physical ones, exclude from either', async () => {
    await sysfs(['eth0'], ['lo', 'docker0', 'veth12', 'mystery', 'uplink']);
    expect(await chosen(HOST, { include: ['veth*', 'lo'] })).toEqual(['lo', 'veth12']);
    expect(await chosen(HOST, { include: ['*'], exclude: ['lo', '*t*'] })).toEqual(['uplink', 'docker0']);
    expect(
      await chosen(['eth0', 'eth01', 'xeth0', 'e.h0', 'e+h0'], { include: ['eth0', 'e.h0', 'e+h0'] }),
    ).toEqual(['eth0', 'e.h0', 'e+h0']);
  });

  test('none chosen: told once', async () => {
    await writeNetDev(proc, { lo: [1, 1, 1, 1], eth0: [1, 1, 1, 1] });
    const reader = observe({ include: ['eht0'] });
    for (let i = 0; i < 3; i++) expect(await reader.points()).toEqual({});
    expect(messages).toEqual([
      'no network interface is chosen among lo, eth0; interfaces.include names those to observe',
    ]);
  });

  test('at most 256, the same as long as they live; how many are left out is told once', async () => {
    const table = (from: number, to: number): Record<string, Counters> =>
      Object.fromEntries(
        Array.from({ length: to - from }, (_, i) => [`veth${from + i}`, [1, 1, 1, 1] as const]),
      );
    const reader = observe({ include: ['veth*'] });
    await writeNetDev(proc, table(100, 400));
    const first = Object.keys(await reader.points());
    expect(first).toHaveLength(256);
    expect(messages).toEqual([
      '300 network interfaces are chosen; 256 are observed and 44 left out: choose fewer by interfaces.include and interfaces.exclude',
    ]);
    // Newcomers stand before them, and take no place.
    await writeNetDev(proc, { ...table(0, 50), ...table(100, 400) });
    expect(Object.keys(await reader.points())).toEqual(first);
    await writeNetDev(proc, table(0, 50));
    expect(await reader.points()).toHaveProperty([`${IO}{veth0,receive}`], 1);
    expect(messages).toHaveLength(1);
  });

  test('what is no such table: no point, told once, and told again when it is one', async () => {
    const reader = observe();
    expect(await reader.points()).toEqual({});
    await writeNetDevText(proc, '');
    expect(await reader.points()).toEqual({});
    await writeNetDev(proc, { eth0: [1, 1, 1, 1] });
    expect(await reader.points()).toEqual({ [`${IO}{eth0,receive}`]: 1 });
    expect(messages).toEqual([
      expect.stringMatching(/^no count of network traffic: .*net\/dev/),
      'count of network traffic can be read again',
    ]);
    for (const broken of ['eth1: 1 2 3', `eth1: x${' 1'.repeat(15)}`]) {
      await writeNetDevText(proc, `Inter-|\n face |bytes packets\n${broken}\n`);
      await observe().points();
      expect(messages.at(-1)).toMatch(/net\/dev: not a row of its table: "eth1: /);
    }
  });
});
