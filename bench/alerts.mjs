// `npm run bench:alerts`: what the rules without any configuration make of generated server-months.
import { baselineAt } from '../agent/dist/alerts/baseline.js';
import { START, step } from '../agent/dist/alerts/engine.js';
import { HOUR } from '../agent/dist/alerts/hours.js';
import { gaugeKey } from '../agent/dist/alerts/reading.js';
import { rulesOf } from '../agent/dist/alerts/rules/index.js';
import { DEFAULT_ALERTS } from '../agent/dist/alerts/settings.js';
import { benchAlerts } from '../build/bench/alerts/program.js';

process.exitCode = await benchAlerts(judge, import.meta.url, process.argv.slice(2));

function* judge({ stepMillis, hours, points }) {
  const rules = rulesOf(DEFAULT_ALERTS, stepMillis);
  let state;
  let changes = [];
  const cycle = (time, reading) => {
    const outcome = step(state, rules, time, reading, stepMillis);
    state = outcome.state;
    changes.push(...outcome.changes);
  };
  for (const point of points()) {
    state ??= withHours(hours, point.time - stepMillis);
    for (let time = state.time + stepMillis; time < point.time; time += stepMillis) cycle(time, undefined);
    cycle(point.time, readingOf(point));
    for (const { kind, time, rule, severity } of changes)
      if (kind === 'firing' && severity !== 'info') yield { time, rule, severity };
    changes = [];
  }
}

function readingOf({ time, established, closeWait, portUtilization, ...counters }) {
  const gauges = {
    [gaugeKey('system.network.connection.count', 'established')]: established,
    [gaugeKey('system.network.connection.count', 'close_wait')]: closeWait,
    [gaugeKey('scout.tcp.port.utilization')]: portUtilization,
  };
  return {
    time,
    scans: { both: established !== undefined },
    gauges: established === undefined ? {} : gauges,
    counters: {
      received: { eth0: counters.receivedBytes },
      transmitted: { eth0: counters.transmittedBytes },
      acceptQueueFull: { '': counters.listenOverflows },
      synCookies: { '': counters.synCookies },
    },
  };
}

function withHours(hours, time) {
  const of = (value) =>
    hours.flatMap((hour) => {
      const known = value(hour);
      if (known === undefined) return [];
      return [{ end: hour.time + HOUR, minimum: known.min, mean: known.mean, peak: known.peak }];
    });
  const both = ({ receivedPerSecond: down, transmittedPerSecond: up }) => ({
    min: down.min + up.min,
    mean: down.mean + up.mean,
    peak: down.peak + up.peak,
  });
  const complete = {
    connections: of(({ established }) => established),
    received: of(({ receivedPerSecond }) => receivedPerSecond),
    transmitted: of(({ transmittedPerSecond }) => transmittedPerSecond),
    throughput: of(both),
  };
  const kept = Object.entries(complete).map(([signal, list]) => [
    signal,
    { complete: list, open: undefined },
  ]);
  return { ...START, time, hours: Object.fromEntries(kept), baseline: baselineAt(time, complete) };
}
