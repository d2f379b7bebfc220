/** A process that counts as often as each line on its standard input says, and answers with what it took. */
import { readFile } from 'node:fs';
import { createInterface } from 'node:readline';
import type { MetricName } from 'opentelemetry-instrumentation-tcp-connections/config';
import { watchReadv } from '../test/support/watch-readv.js';
import { LoopPieces } from './loop-pieces.js';
import type { Sample } from './sample.js';
import { mainThreadTime } from './thread-clock.js';

export type Way = 'readFile' | 'readTcpTable' | 'portUtilization' | 'allMetrics';

const PORT_UTILIZATION = 'tcp_port_utilization';
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
const WARM_UP = 10;

const pieces = new LoopPieces();
const count = await counter(process.argv[2] as Way);

for (let i = 0; i < WARM_UP; i++) await count();
for await (const times of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(await measure(Number(times)))}\n`);
}

async function counter(way: Way): Promise<() => Promise<number>> {
  if (way === 'readFile') return () => sum(TABLES.map(splitAndCount));
  watchReadv(() => pieces.begin());
  if (way === 'portUtilization') return countWith(['tcp_connections', PORT_UTILIZATION]);
  if (way === 'allMetrics') {
    const { METRIC_NAMES } = await import('opentelemetry-instrumentation-tcp-connections/config');
    return countWith(METRIC_NAMES.filter((name) => name !== PORT_UTILIZATION));
  }
  const { readTcpTable } = await import('opentelemetry-instrumentation-tcp-connections/procfs');
  return () => sum(TABLES.map(async (table) => (await readTcpTable(table)).established));
}

/** Collects through the instrumentation, as an application does. */
async function countWith(metrics: readonly MetricName[]): Promise<() => Promise<number>> {
  const { meterProvider } = await import('../test/support/on-demand-reader.js');
  const { TcpConnectionsInstrumentation } = await import('opentelemetry-instrumentation-tcp-connections');
  const { provider, reader } = meterProvider();
  new TcpConnectionsInstrumentation({ metrics }).setMeterProvider(provider);
  return async () => {
    const points = Object.entries(await reader.points());
    return points.reduce((sum, [name, value]) => (name.includes('established') ? sum + value : sum), 0);
  };
}

async function sum(counts: Promise<number>[]): Promise<number> {
  return (await Promise.all(counts)).reduce((total, count) => total + count, 0);
}

/** As most packages do it. */
function splitAndCount(table: string): Promise<number> {
  return new Promise((resolve, reject) => {
    readFile(table, (error, bytes) => {
      pieces.begin();
      if (error) return reject(error);
      const rows = bytes.toString('latin1').trim().split('\n').slice(1);
      resolve(rows.filter((row) => row.trim().split(/\s+/)[3] === '01').length);
    });
  });
}

async function measure(times: number): Promise<{ sample: Sample; counted: number }> {
  let counted = 0;
  pieces.reset();
  const mainThread = mainThreadTime();
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < times; i++) counted = await count();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const mainLoop = { active: (mainThreadTime() - mainThread) / times, longestPiece: pieces.longest() };
  return { sample: { wall: wall / times, cpu: (user + system) / 1_000 / times, mainLoop }, counted };
}
