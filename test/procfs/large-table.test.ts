import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readTcpTable } from '../../src/procfs/index.js';
import { type Namespace, namespaceRefusal, openNamespace } from '../support/namespace.js';
import type { ScanCost } from '../support/scan-cost.js';

const refusal = namespaceRefusal();

describe.skipIf(refusal)(`99,000 rows${refusal ? ` (${refusal})` : ''}`, () => {
  const rows = 99_000;
  let namespace: Namespace;
  beforeAll(async () => {
    namespace = await openNamespace({ ipv4: 29_700, ipv6: 19_800 });
  });
  afterAll(() => namespace.close());

  test('are counted, each once', async () => {
    const { table, expected } = namespace;
    const [tcp, tcp6] = await Promise.all([readTcpTable(table('tcp')), readTcpTable(table('tcp6'))]);
    expect({ tcp, tcp6 }).toEqual(expected);
    expect(tcp.established).toBe(59_400);
    expect(tcp6.established).toBe(39_600);
  });

  test('are read once, in few calls, and nothing is allocated for a row', async () => {
    const tables = [namespace.table('tcp'), namespace.table('tcp6')];
    const bytes = (await Promise.all(tables.map((path) => readFile(path)))).reduce(
      (sum, b) => sum + b.length,
      0,
    );
    const cost = await scanCost(namespace, 1);

    expect(cost.counts).toEqual([namespace.expected.tcp, namespace.expected.tcp6]);
    // Page by page it would be 3,900 calls. The loop's wake-ups are in the number: one for a read at most.
    expect(cost.readCalls).toBeLessThan(100);
    expect(cost.bytesRead).toBeGreaterThanOrEqual(bytes);
    expect(cost.bytesRead).toBeLessThan(bytes + 4_096);
    // The smallest object takes 12 bytes.
    expect(cost.heapAllocated).toBeLessThan(8 * rows);
  });
});

describe.skipIf(refusal)(`memory${refusal ? ` (${refusal})` : ''}`, () => {
  test('does not grow over 200 scans', async () => {
    const namespace = await openNamespace({ ipv4: 3_000, ipv6: 2_000 });
    onTestFinished(() => namespace.close());
    const cost = await scanCost(namespace, 200);
    expect(cost.counts).toEqual([namespace.expected.tcp, namespace.expected.tcp6]);
    expect(cost.memoryGrowth).toBeLessThan(200 * 512);
  });
});

async function scanCost(namespace: Namespace, scans: number): Promise<ScanCost> {
  const script = fileURLToPath(new URL('../../build/test/support/scan-cost.js', import.meta.url));
  const { stdout } = await namespace.run(process.execPath, [
    '--expose-gc',
    // Megabytes: what is allocated stays, so that it can be seen.
    '--min-semi-space-size=64',
    '--max-semi-space-size=64',
    script,
    String(scans),
    '/proc/self/net/tcp',
    '/proc/self/net/tcp6',
  ]);
  return JSON.parse(stdout);
}
