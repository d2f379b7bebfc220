/**
 * A process that scans the tables named in its arguments and prints what that cost, in numbers that a busy machine
 * doesn't change. Wants --expose-gc, and --min-semi-space-size large enough that nothing is collected meanwhile.
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { TcpStateCounts } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { type VectoredRead, watchReadv } from './watch-readv.js';

export interface ScanCost {
  readonly counts: TcpStateCounts[];
  /** Vectored reads of each table in one scan. */
  readonly reads: VectoredRead[][];
  /** Read system calls of the same scans as the kernel counts them, the event loop's own wake-ups among them. */
  readonly readCalls: number;
  /** Bytes allocated on the heap by one scan. */
  readonly heapAllocated: number;
  /** Bytes by which heap and buffers grew over `scans` scans. */
  readonly memoryGrowth: number;
}

const WARM_UP = 20;
const [scans, ...tables] = process.argv.slice(2);

let recorded: VectoredRead[] | undefined;
watchReadv((read) => recorded?.push(read));
const { readTcpTable } = await import('opentelemetry-instrumentation-tcp-connections/procfs');
const scan = (): Promise<TcpStateCounts[]> => Promise.all(tables.map((table) => readTcpTable(table)));

for (let i = 0; i < WARM_UP; i++) await scan();

const atRest = readCallsSoFar();
const unscanned = readCallsSoFar();
const counts: TcpStateCounts[] = [];
const reads: VectoredRead[][] = [];
for (const table of tables) {
  recorded = [];
  counts.push(await readTcpTable(table));
  reads.push(recorded);
}
recorded = undefined;
// Reading the counter counts as well.
const readCalls = readCallsSoFar() - unscanned - (unscanned - atRest);

await collect();
const heapBefore = process.memoryUsage().heapUsed;
await scan();
const heapAllocated = process.memoryUsage().heapUsed - heapBefore;

await collect();
const memoryBefore = memoryInUse();
for (let i = 0; i < Number(scans); i++) await scan();
await collect();
const memoryGrowth = memoryInUse() - memoryBefore;

const cost: ScanCost = { counts, reads, readCalls, heapAllocated, memoryGrowth };
process.stdout.write(JSON.stringify(cost));

function readCallsSoFar(): number {
  return Number(/^syscr: (\d+)$/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1]);
}

/** Buffers that the first collection finds unused are given back after the callbacks that follow it. */
async function collect(): Promise<void> {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  globalThis.gc();
  await setTimeout(50);
  globalThis.gc();
}

function memoryInUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
