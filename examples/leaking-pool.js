/**
 * An application whose connection pool leaks, and how `process: true` shows it.
 *
 *   node examples/leaking-pool.js [cycles]
 *
 * It asks an upstream server, a process of its own, for 20 pages a second through a pool that keeps connections. One
 * answer in ten is an error, and there the application forgets to read the body: Node then never gives that connection
 * back. It prints its own connections each second, 10 times or as often as told, and ends.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { TcpConnectionsInstrumentation } from 'opentelemetry-instrumentation-tcp-connections';

if (process.send) serveUpstream();
else await run(Number(process.argv[2] ?? 10));

async function run(cycles) {
  const upstream = fork(fileURLToPath(import.meta.url));
  const [port] = await once(upstream, 'message');
  const pool = new Agent({ keepAlive: true });
  const asking = setInterval(() => ask(pool, port), 50);

  let printed = 0;
  const meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exportIntervalMillis: 1_000,
        exporter: {
          export(cycle, done) {
            if (printed++ < cycles) console.log(describe(cycle));
            if (printed === cycles) stop();
            done({ code: 0 });
          },
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      }),
    ],
  });
  new TcpConnectionsInstrumentation({ process: true }).setMeterProvider(meterProvider);

  function stop() {
    clearInterval(asking);
    pool.destroy();
    upstream.kill();
    // Not now: this is called by a collection that the shutdown would wait for.
    setImmediate(() => meterProvider.shutdown());
  }
}

function ask(pool, port) {
  get({ port, agent: pool }, (response) => {
    // The mistake. It takes response.resume() here as well.
    if (response.statusCode !== 200) return;
    response.resume();
  }).on('error', () => {});
}

/** This process's own connections, beside those of the whole host. */
function describe({ scopeMetrics }) {
  const sum = (name) =>
    scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints)
      .filter(({ attributes }) => attributes['network.connection.state'] === 'established')
      .reduce((total, { value }) => total + value, 0);
  const time = new Date().toISOString().slice(11, 19);
  return `${time} established: ${sum('process.network.connection.count')} of this process, ${sum('system.network.connection.count')} of the host`;
}

function serveUpstream() {
  let answered = 0;
  const server = createServer((_request, response) => {
    response.statusCode = ++answered % 10 === 0 ? 503 : 200;
    response.end('a page\n');
  });
  // As a database does: a connection stands for as long as the client holds it.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.once('disconnect', () => process.exit());
}
