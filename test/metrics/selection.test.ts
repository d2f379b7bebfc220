/** `ports` and `loopback`: which rows are counted, with real connections. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TcpConnectionsInstrumentation, type TcpConnectionsOptions } from '../../src/index.js';
import { type Namespace, namespaceRefusal, openNamespace } from '../support/namespace.js';
import { meterProvider } from '../support/on-demand-reader.js';

const refusal = namespaceRefusal();

/** Connects a listener and so many clients of one address that is not a loopback one, and holds them. */
const ACROSS = `
  const net = require('node:net');
  const server = net.createServer().listen(7, '10.9.8.7', 100, async () => {
    for (let i = 0; i < 4; i++) {
      const socket = net.connect(7, '10.9.8.7');
      await Promise.all([new Promise((r) => socket.once('connect', r)), new Promise((r) => server.once('connection', r))]);
    }
    console.log('ready');
  });
  process.stdin.resume().on('end', () => process.exit());
`;

describe.skipIf(refusal)(`which rows are counted${refusal ? ` (${refusal})` : ''}`, () => {
  let namespace: Namespace;
  beforeAll(async () => {
    // Their listeners stand on ports 1024, 1025 and 1026, all of them of loopback addresses.
    namespace = await openNamespace({ ipv4: 30, ipv6: 12, mapped: 5 });
    await namespace.run('ip', ['addr', 'add', '10.9.8.7/32', 'dev', 'lo']);
    const across = namespace.spawn(process.execPath, ['-e', ACROSS]);
    if (across.stdout === null) throw new Error('the child needs its pipe');
    await once(createInterface(across.stdout), 'line');
  });
  afterAll(() => namespace.close());

  async function points(options: TcpConnectionsOptions): Promise<Record<string, number>> {
    const { provider, reader } = meterProvider();
    new TcpConnectionsInstrumentation({ proc: namespace.proc, ...options }).setMeterProvider(provider);
    const found = await reader.points();
    return Object.fromEntries(Object.entries(found).filter(([name]) => !name.startsWith('scout.tcp.scan')));
  }

  test('ports: established connections by local port and family, 0 where there is none', async () => {
    expect(await points({ ports: [1_024, 1_025, 1_026, 9] })).toEqual({
      'system.network.connection.count{ipv4,established}': 60 + 5 + 8,
      'system.network.connection.count{ipv6,established}': 24 + 5,
      'scout.tcp.port.connections{ipv4,1024}': 30,
      'scout.tcp.port.connections{ipv4,1025}': 0,
      'scout.tcp.port.connections{ipv4,1026}': 0,
      'scout.tcp.port.connections{ipv4,9}': 0,
      'scout.tcp.port.connections{ipv6,1024}': 0,
      'scout.tcp.port.connections{ipv6,1025}': 12,
      'scout.tcp.port.connections{ipv6,1026}': 5,
      'scout.tcp.port.connections{ipv6,9}': 0,
    });
  });

  test('ports are counted where no count of states is asked for', async () => {
    const found = await points({ metrics: ['cpu_percent'], ports: [7] });
    expect(found).toEqual({
      'scout.tcp.port.connections{ipv4,7}': 4,
      'scout.tcp.port.connections{ipv6,7}': 0,
    });
  });

  test('loopback: false leaves out 127.0.0.0/8 and ::1, mapped ones too, in every state and port', async () => {
    const found = await points({
      metrics: ['tcp_connections', 'tcp_listen'],
      loopback: false,
      ports: [7, 1_024],
    });
    expect(found).toMatchObject({
      'system.network.connection.count{ipv4,established}': 8,
      'system.network.connection.count{ipv4,listen}': 1,
      'system.network.connection.count{ipv6,established}': 0,
      'scout.tcp.port.connections{ipv4,7}': 4,
      'scout.tcp.port.connections{ipv4,1024}': 0,
    });
  });

  test('two instrumentations that select differently at the same time get their own rows', async () => {
    const [all, some] = await Promise.all([points({}), points({ loopback: false })]);
    expect(all['system.network.connection.count{ipv4,established}']).toBe(73);
    expect(some['system.network.connection.count{ipv4,established}']).toBe(8);
  });
});
