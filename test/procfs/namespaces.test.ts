/** Network namespaces of a host, as found by the processes in them; with a written proc folder for their names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findNetworkNamespaces } from '../../src/procfs/index.js';
import { namespaceRefusal, openNamespace } from '../support/namespace.js';

const refusal = namespaceRefusal();

test.skipIf(refusal)(`each once, with its processes${refusal ? ` (${refusal})` : ''}`, async (t) => {
  const namespace = await openNamespace({ ipv4: 3 });
  t.onTestFinished(() => namespace.close());
  const found = await findNetworkNamespaces('/proc');
  expect(found.filter(({ own }) => own)).toHaveLength(1);
  expect(found.filter(({ pid }) => pid === namespace.pid)).toEqual([
    {
      name: expect.any(String),
      pid: namespace.pid,
      process: 'sh',
      // The one that keeps it, and one that holds the connections.
      processes: expect.toSatisfy((count) => count >= 2),
      own: false,
      tables: `/proc/${namespace.pid}/net`,
    },
  ]);
});

test('names: container and service, else the inode, which lasts', async (t) => {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'));
  t.onTestFinished(() => rmSync(proc, { recursive: true }));
  const id = '4f1d'.repeat(16);
  const processes: [pid: number, cgroup: string, comm: string][] = [
    [1, '0::/init.scope', 'systemd'],
    [40, `0::/system.slice/docker-${id}.scope`, 'nginx'],
    [41, `12:cpu:/docker/${id.replace('4f1d', 'aaaa')}\n1:name=systemd:/docker/x`, 'redis'],
    [42, '0::/system.slice/resolver.service', 'resolver'],
    [43, '', 'probe'],
    [44, '0::/system.slice/twice.service', 'a'],
    [45, '0::/system.slice/twice.service', 'b'],
  ];
  for (const [pid, cgroup, comm] of processes) {
    mkdirSync(join(proc, `${pid}/net`), { recursive: true });
    writeFileSync(join(proc, `${pid}/net/tcp`), '');
    writeFileSync(join(proc, `${pid}/cgroup`), `${cgroup}\n`);
    writeFileSync(join(proc, `${pid}/comm`), `${comm}\n`);
  }
  const found = await findNetworkNamespaces(proc);
  expect(found.map(({ pid, name }) => [pid, name])).toEqual([
    [1, expect.stringMatching(/^\d+$/)],
    [40, '4f1d4f1d4f1d'],
    [41, 'aaaa4f1d4f1d'],
    [42, 'resolver.service'],
    [43, expect.stringMatching(/^\d+$/)],
    [44, expect.stringMatching(/^twice\.service \d+$/)],
    [45, expect.stringMatching(/^twice\.service \d+$/)],
  ]);
  expect(found.filter(({ own }) => own).map(({ pid }) => pid)).toEqual([1]);
});
