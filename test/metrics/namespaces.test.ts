/** `namespaces: all`: every network namespace of the host that has a process in it. */
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { TcpConnectionsInstrumentation } from '../../src/index.js';
import { findNetworkNamespaces } from '../../src/procfs/index.js';
import { namespaceRefusal, openNamespace } from '../support/namespace.js';
import { meterProvider } from '../support/on-demand-reader.js';

const refusal = namespaceRefusal();
const COUNT = 'system.network.connection.count';

test.skipIf(refusal)(
  `each by its name, and the own one as ever${refusal ? ` (${refusal})` : ''}`,
  async (t) => {
    const [small, large] = await Promise.all([
      openNamespace({ ipv4: 3 }),
      openNamespace({ ipv4: 20, ipv6: 4, mapped: 2 }),
    ]);
    t.onTestFinished(async () => void (await Promise.all([small.close(), large.close()])));
    const found = await findNetworkNamespaces('/proc');
    const nameOf = (pid: number) => found.find((namespace) => namespace.pid === pid)?.name;
    expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
    expect(found.filter(({ own }) => own)).toHaveLength(1);

    const { provider, reader } = meterProvider(AggregationTemporality.DELTA);
    new TcpConnectionsInstrumentation({ namespaces: 'all', ports: [1_024] }).setMeterProvider(provider);
    const points = await reader.points();
    expect(points).toMatchObject({
      [`${COUNT}{ipv4,${nameOf(small.pid)},established}`]: 6,
      [`${COUNT}{ipv6,${nameOf(small.pid)},established}`]: 0,
      [`${COUNT}{ipv4,${nameOf(large.pid)},established}`]: 42,
      [`${COUNT}{ipv6,${nameOf(large.pid)},established}`]: 10,
      [`scout.tcp.port.connections{ipv4,${nameOf(large.pid)},1024}`]: 20,
      'scout.tcp.scan.success{ipv4}': 1,
    });
    expect(points).toHaveProperty([`${COUNT}{ipv4,own,established}`]);
    expect(points).not.toHaveProperty([`${COUNT}{ipv4,established}`]);

    await large.close();
    const after = await reader.points();
    expect(Object.keys(after).some((name) => name.includes(`,${nameOf(large.pid)},`))).toBe(false);
    expect(after).toHaveProperty([`${COUNT}{ipv4,${nameOf(small.pid)},established}`], 6);
  },
);
