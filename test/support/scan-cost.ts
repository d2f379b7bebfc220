/**
 * A process that scans the tables named in its arguments and prints what that cost, in numbers that a busy machine
 * doesn't change. Wants --expose-gc, and --min-semi-space-size large enough that nothing is collected meanwhile.
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { readTcpTable, type TcpStateCounts } from 'opentelemetry-instrumentation-tcp-connections/procfs';

export interface ScanCost {
  readonly counts: TcpStateCounts[];
  /** Read system calls of one scan, the event loop's own wake-ups among them. */
  readonly readCalls: number;
  /** Bytes that these calls returned. */
  readonly bytesRead: number;
  /** Bytes allocated on the heap by one scan. */
  readonly heapAllocated: number;
  /** Bytes by which heap and buffers grew over `scans` scans. */
  readonly memoryGrowth: number;
}

const WARM_UP = 20;
const [scans, ...tables] = process.argv.slice(2);

const scan = (): Promise<TcpStateCounts[]> => Promise.all(tables.map((table) => readTcpTable(table)));

for (let i = 0; i < WARM_UP; i++) await scan();

const atRest = readsSoFar();
const unscanned = readsSoFar();
const counts = await scan();
const scanned = readsSoFar();
// Reading the counters counts as well.
const readCalls = scanned.calls - unscanned.calls - (unscanned.calls - atRest.calls);
const bytesRead = scanned.bytes - unscanned.bytes - (unscanned.bytes - atRest.bytes);

await collect();
const heapBefore = process.memoryUsage().heapUsed;
await scan();
const heapAllocated = process.memoryUsage().heapUsed - heapBefore;

await collect();
const memoryBefore = memoryInUse();
for (let i = 0; i < Number(scans); i++) await scan();
await collect();
const memoryGrowth = memoryInUse() - memoryBefore;

const cost: ScanCost = { counts, readCalls, bytesRead, heapAllocated, memoryGrowth };
process.stdout.write(JSON.stringify(cost));

function readsSoFar(): { calls: number; bytes: number } {
  const io = readFileSync('/proc/self/io', 'latin1');
  const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1]);
  return { calls: field('syscr'), bytes: field('rchar') };
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
