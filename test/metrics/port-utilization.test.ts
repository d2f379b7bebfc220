/** `tcp_port_utilization`: the destination towards which the most ephemeral ports are taken. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TcpConnectionsInstrumentation } from '../../src/index.js';
import { namespaceRefusal, openNamespace } from '../support/namespace.js';
import { meterProvider } from '../support/on-demand-reader.js';

const refusal = namespaceRefusal();
const NAME = 'scout.tcp.port.utilization{}';

/** The proc folder stands for a mounted one; its sys/net is the reader's own in any case. */
async function utilization(proc: string, range: string): Promise<Record<string, number>> {
  mkdirSync(join(proc, 'sys/net/ipv4'), { recursive: true });
  writeFileSync(join(proc, 'sys/net/ipv4/ip_local_port_range'), range);
  const { provider, reader } = meterProvider();
  new TcpConnectionsInstrumentation({ proc, metrics: ['tcp_port_utilization'] }).setMeterProvider(provider);
  const points = await reader.points();
  return Object.fromEntries(Object.entries(points).filter(([name]) => name.startsWith('scout.tcp.port')));
}

test.skipIf(refusal)(`sockets in any state, by destination${refusal ? ` (${refusal})` : ''}`, async (t) => {
  // Three listeners, so three destinations; the server's ends have ports below the range.
  const namespace = await openNamespace({
    ipv4: 40,
    ipv6: 25,
    mappedBoth: { established: 3, timeWait: 60 },
  });
  t.onTestFinished(() => namespace.close());
  expect(await utilization(namespace.proc, '2048 65535\n')).toEqual({ [NAME]: 63 / 63_488 });
});

test('plain and mapped sockets share a destination, the range has two ends, and a listener takes nothing', async (t) => {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'));
  t.onTestFinished(() => rmSync(proc, { recursive: true }));
  const mapped = '0000000000000000FFFF0000';
  const [own, peer] = ['0100000A', '0200000A'];
  const rows = (prefix: string, ...ports: number[]) =>
    ports.map((port) => row(`${prefix}${own}`, port, `${prefix}${peer}`, 443, '01'));
  writeTables(proc, {
    tcp: [
      ...rows('', 999, 1_000, 1_001),
      row(own, 1_009, peer, 443, '06'),
      row(own, 1_005, peer, 80, '01'),
      row(own, 1_006, '0300000A', 443, '01'),
      row(own, 1_007, '00000000', 0, '0A'),
    ],
    tcp6: [...rows(mapped, 1_002, 1_010), row(`${mapped}${own}`, 1_003, `${mapped}${peer}`, 444, '01')],
  });
  // 1000, 1001, 1009 and 1002 of ten ports.
  expect(await utilization(proc, '1000\t1009\n')).toEqual({ [NAME]: 0.4 });
});

test.skipIf(refusal)('where the range can not be read there is no point', async (t) => {
  const namespace = await openNamespace({ ipv4: 4 });
  t.onTestFinished(() => namespace.close());
  expect(await utilization(namespace.proc, 'many\n')).toEqual({});
});

function row(local: string, localPort: number, remote: string, remotePort: number, code: string): string {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
  return `   0: ${local}:${hex(localPort)} ${remote}:${hex(remotePort)} ${code} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 20 0 0 10 -1\n`;
}

function writeTables(proc: string, tables: Record<'tcp' | 'tcp6', readonly string[]>): void {
  mkdirSync(join(proc, '1/net'), { recursive: true });
  for (const [name, rows] of Object.entries(tables)) {
    writeFileSync(join(proc, '1/net', name), `  sl  local_address rem_address   st\n${rows.join('')}`);
  }
}
