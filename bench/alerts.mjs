// `npm run bench:alerts`: what the rules and the notifications without any configuration make of generated server-months.
import { baselineAt } from '../agent/dist/alerts/baseline.js';
import { START, step } from '../agent/dist/alerts/engine.js';
import { withChanges } from '../agent/dist/alerts/event.js';
import { HOUR } from '../agent/dist/alerts/hours.js';
import { gaugeKey } from '../agent/dist/alerts/reading.js';
import { rulesOf } from '../agent/dist/alerts/rules/index.js';
import { alertsConfig } from '../agent/dist/config/alerts.js';
import { notifyConfig } from '../agent/dist/config/notify.js';
import { GROUP_MILLIS, NEW_STAGE, step as stageStep } from '../agent/dist/notify/stage.js';
import { benchAlerts } from '../build/bench/alerts/program.js';
import { mainThreadTime } from '../build/bench/thread-clock.js';

process.exitCode = await benchAlerts(judge, import.meta.url, process.argv.slice(2), cost);

function* judge({ stepMillis, metrics, severities, hours, points }) {
  const { rules: settings, cooldownMillis } = alertsConfig(undefined, metrics);
  const rules = rulesOf(settings, stepMillis);
  const messages = begun(cooldownMillis, severities);
  let state = withHours(hours);
  let events = [];
  const cycle = (time, reading) => {
    const outcome = step(state, rules, time, reading, stepMillis);
    state = outcome.state;
    if (outcome.changes.length > 0) events = withChanges(events, outcome.changes);
    return messages(events, time);
  };
  for (const point of points()) {
    for (let time = state.time + stepMillis; time < point.time; time += stepMillis)
      yield* cycle(time, undefined);
    yield* cycle(point.time, readingOf(point));
  }
}

/** Of a host with an ordinary month behind it. */
function cost(cycles) {
  const stepMillis = 10_000;
  const end = Date.UTC(2026, 2, 1);
  const value = { min: 900, mean: 1_000, peak: 1_100 };
  const hours = Array.from({ length: 30 * 24 }, (_, i) => ({
    time: end - (30 * 24 - i) * HOUR,
    established: value,
    receivedPerSecond: value,
    transmittedPerSecond: value,
  }));
  const { rules: settings } = alertsConfig(undefined, ['tcp_connections', 'tcp_port_utilization']);
  const rules = rulesOf(settings, stepMillis);
  const costs = { within: [], beginning: [] };
  let state = withHours(hours);
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const time = end + cycle * stepMillis;
    const bytes = { receivedBytes: cycle * 1e6, transmittedBytes: cycle * 1e6 };
    const point = { time, established: 1_000, closeWait: 4, portUtilization: 0.1, ...bytes };
    const reading = readingOf({ ...point, listenOverflows: 0, synCookies: 0 });
    const begin = mainThreadTime();
    const outcome = step(state, rules, time, reading, stepMillis);
    const spent = mainThreadTime() - begin;
    const isNew = outcome.state.baseline !== state.baseline;
    costs[isNew ? 'beginning' : 'within'].push(spent);
    state = outcome.state;
  }
  return costs;
}

/** The messages of a channel, with its defaults or other severities, that something has begun, cycle by cycle. */
function begun(cooldownMillis, wanted) {
  const { severities, repeatMillis } = channel(wanted);
  const settings = { cooldownMillis, repeatMillis };
  let stage = NEW_STAGE;
  return (events, time) => {
    const firing = events.filter((one) => one.resolvedAt === undefined && severities.includes(one.severity));
    if (firing.length === 0 && Object.keys(stage.items).length === 0) return [];
    // Between two cycles that are far apart the notifier looks again.
    return [time, time + GROUP_MILLIS].flatMap((now) => {
      const { state, told } = stageStep(stage, firing.map(toldAlert), now, settings);
      stage = state;
      return told.filter(({ kind }) => kind === 'firing').map(notification);
    });
  };
}

function channel(severities) {
  const section = { webhook: { url: 'https://example.net', severities } };
  const { webhook, repeatMillis } = notifyConfig(section, () => undefined);
  return { severities: webhook.severities, repeatMillis };
}

function toldAlert({ id, rule, severity, since, firedAt, explanation: { seen, means, next } }) {
  return { id, rule, severity, since, firedAt, seen, means, next };
}

function notification({ alerts }) {
  return {
    time: Math.min(...alerts.map(({ firedAt }) => firedAt)),
    rules: alerts.flatMap(({ rule, also = [] }) => [rule, ...also]),
  };
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

/** The engine's state at the end of the last of the hours. */
function withHours(hours) {
  const time = hours.at(-1).time + HOUR;
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
