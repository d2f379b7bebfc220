/**
 * Collects as many times as the first argument says and then prints its resident memory, in bytes. It has the SDK, a
 * reader and a gauge of its own that reads files, so that all which reading needs is there without the plugin as well.
 *
 * Second argument: `without` the plugin, with it built from `options`, or from a `file`. Third: a root of procfs.
 */
import { readFile } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

class OnDemandReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

const [cycles, plugin, proc] = process.argv.slice(2);
const read = promisify(readFile);
const reader = new OnDemandReader();
const provider = new MeterProvider({ readers: [reader] });
const gauge = provider.getMeter('application').createObservableGauge('threads');
gauge.addCallback(async (result) => {
  // As many at a time as the thread pool has threads, each of which gets memory of its own.
  const texts = await Promise.all([0, 1, 2, 3].map(() => read('/proc/self/status', 'latin1')));
  for (const [i, text] of texts.entries()) result.observe(Number(/^Threads:\t(\d+)$/m.exec(text)[1]), { i });
});

if (plugin !== 'without') {
  const { readAgentConfig, TcpConnectionsInstrumentation } = await import(
    'opentelemetry-instrumentation-tcp-connections'
  );
  const options = plugin === 'file' ? await readAgentConfig() : { proc };
  new TcpConnectionsInstrumentation(options).setMeterProvider(provider);
}

for (let i = 0; i < Number(cycles); i++) {
  const { errors } = await reader.collect();
  if (errors.length > 0) throw new AggregateError(errors);
}
// What was freed goes back to the system a little later.
for (let i = 0; i < 2; i++) {
  globalThis.gc();
  await sleep(500);
}
console.log(process.memoryUsage.rss());
