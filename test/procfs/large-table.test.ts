import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readTcpTable } from '../../src/procfs/index.js';
import { compiled } from '../support/compiled.js';
import { type Namespace, namespaceRefusal, openNamespace } from '../support/namespace.js';
import type { ScanCost } from '../support/scan-cost.js';

const refusal = namespaceRefusal();
const tables = ['tcp', 'tcp6'] as const;

describe.skipIf(refusal)(`99,000 rows${refusal ? ` (${refusal})` : ''}`, () => {
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
    const { counts, reads, readCalls, heapAllocated } = await scanCost(namespace, 1);
    expect(counts).toEqual([namespace.expected.tcp, namespace.expected.tcp6]);

    const lengths = await Promise.all(
      tables.map(async (table) => (await readFile(namespace.table(table))).length),
    );
    expect(reads.map((ofTable) => ofTable.reduce((sum, { bytesRead }) => sum + bytesRead, 0))).toEqual(
      lengths,
    );
    // Page by page it would be 3,900 calls. The loop's wake-ups are in the number: one for a read at most.
    expect(readCalls).toBeLessThan(200);
    // The smallest object takes 12 bytes.
    expect(heapAllocated).toBeLessThan(8 * 99_000);

    // The read after a short one would walk the table again. Rows of tcp are padded, so its last read doesn't happen to
    // end where a page does, where a second one is right.
    const [ofTcp = []] = reads;
    expect(ofTcp.length).toBeGreaterThan(1);
    expect(ofTcp.findIndex(({ bytesRead, room }) => bytesRead < room)).toBe(ofTcp.length - 1);
  });
});

test('a last read of a page is no sign of a kernel that goes by pages, where one before it was longer', async (t) => {
  const row = (_: unknown, i: number) =>
    `1: 0100007F:07D3 0100007F:${i.toString(16).toUpperCase().padStart(4, '0')} 01 00000000:00000000 00:00000000 00000000     0        0 28039 1 00000000300163b3 20 0 0 10 -1`;
  const lines = ['  sl  local_address rem_address   st', ...Array.from({ length: 1_664 }, row)];
  const file = join(await mkdtemp(join(tmpdir(), 'large-table-')), 'tcp');
  t.onTestFinished(() => rm(dirname(file), { recursive: true }));
  await writeFile(file, lines.map((line) => `${line.padEnd(149)}\n`).join(''));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    compiled('scan-cost.js'),
    '1',
    file,
  ]);
  const { reads }: ScanCost = JSON.parse(stdout);
  expect(reads[0]?.map(({ bytesRead }) => bytesRead)).toEqual([245_760, 3_990]);
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
  const { stdout } = await namespace.run(process.execPath, [
    '--expose-gc',
    // Megabytes: what is allocated stays, so that it can be seen.
    '--min-semi-space-size=64',
    '--max-semi-space-size=64',
    compiled('scan-cost.js'),
    String(scans),
    ...tables.map((table) => `/proc/self/net/${table}`),
  ]);
  return JSON.parse(stdout);
}
