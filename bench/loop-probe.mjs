// Loaded into an agent by `--import`, with a channel to the benchmark that started it: says how long the main loop stood
// still between two messages, in milliseconds, and what memory the process has.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MILLIS = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS });
delay.enable();

process.on('message', () => {
  process.send({ blocked: Math.max(0, delay.max / 1e6 - RESOLUTION_MILLIS), rss: process.memoryUsage.rss() });
  delay.reset();
});
process.channel.unref();
