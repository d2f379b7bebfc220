/**
 * A process that holds so many connections with itself, two descriptors each, and collects with `process: true` and
 * without it in turns. Prints a sample of each.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { watchReadv } from '../test/support/watch-readv.js';
import { LoopPieces } from './loop-pieces.js';
import { type Sample, summary } from './sample.js';
import { mainThreadTime } from './thread-clock.js';

const WARM_UP = 5;
const [connections, rounds] = process.argv.slice(2).map(Number) as [number, number];

const pieces = new LoopPieces();
watchReadv(() => pieces.begin());
const { meterProvider } = await import('../test/support/on-demand-reader.js');
const { TcpConnectionsInstrumentation } = await import('opentelemetry-instrumentation-tcp-connections');

const held = await hold();
const ways = [false, true].map((ofProcess) => {
  const { provider, reader } = meterProvider();
  new TcpConnectionsInstrumentation({ process: ofProcess }).setMeterProvider(provider);
  return reader;
});
const samples: Sample[][] = ways.map(() => []);
for (let round = -WARM_UP; round < rounds; round++) {
  for (const [way, reader] of ways.entries()) {
    const sample = await measure(() => reader.points());
    if (round >= 0) samples[way]?.push(sample);
  }
}
process.stdout.write(JSON.stringify(samples.map(summary)));
for (const socket of held) socket.destroy();
process.exit();

async function hold(): Promise<Socket[]> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1', connections);
  await once(server, 'listening');
  for (let i = 0; i < connections; i++) {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
  }
  return sockets;
}

async function measure(collect: () => Promise<Record<string, number>>): Promise<Sample> {
  pieces.reset();
  const mainThread = mainThreadTime();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const points = await collect();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const counted = points['process.network.connection.count{ipv4,established}'] ?? 2 * connections;
  if (counted !== 2 * connections) throw new Error(`counted ${counted} of ${2 * connections} own sockets`);
  const mainLoop = { active: mainThreadTime() - mainThread, longestPiece: pieces.longest() };
  return { wall, cpu: (user + system) / 1_000, mainLoop };
}
