// Runs inside a namespace: holds sockets in the states in which a process can stand still, says `ready`, and prints
// what the plugin observes of them, `{"<type> <state>": count}`, for each line on its standard input.
// Usage: own-connections.mjs SILENT_ADDRESS
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { TcpConnectionsInstrumentation } from '../../../dist/index.js';

class OnDemandReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}
const reader = new OnDemandReader();
new TcpConnectionsInstrumentation({ process: true }).setMeterProvider(
  new MeterProvider({ readers: [reader] }),
);

// Referenced here, so that no socket is collected, and thereby closed, as long as the process lives.
const held = [];

/** Holds both ends of so many connections, of which the client's end closes some and the server's end does not. */
async function hold(listen, host, { established, leaked }) {
  const server = createServer({ allowHalfOpen: true }).listen(0, listen);
  await once(server, 'listening');
  held.push(server);
  for (let i = 0; i < established + leaked; i++) {
    const client = connect({ host, port: server.address().port });
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
    held.push(client, accepted);
    if (i < established) continue;
    const ended = once(accepted.resume(), 'end');
    client.end();
    await ended;
  }
}

await hold('127.0.0.1', '127.0.0.1', { established: 12, leaked: 5 });
await hold('::1', '::1', { established: 7, leaked: 3 });
// IPv4 on sockets of the other family.
await hold('::', '::ffff:127.0.0.1', { established: 2, leaked: 1 });
for (let i = 0; i < 4; i++) held.push(connect({ host: process.argv[2], port: 9 }));

console.log('ready');
for await (const _ of createInterface(process.stdin)) {
  const { resourceMetrics, errors } = await reader.collect();
  if (errors.length > 0) throw new AggregateError(errors);
  const own = resourceMetrics.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .find(({ descriptor }) => descriptor.name === 'process.network.connection.count');
  const counts = own.dataPoints.map(({ attributes, value }) => [
    `${attributes['network.type']} ${attributes['network.connection.state']}`,
    value,
  ]);
  console.log(JSON.stringify(Object.fromEntries(counts)));
}
process.exit();
