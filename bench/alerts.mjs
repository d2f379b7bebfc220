// `npm run bench:alerts`: what the rules and the notifications without any configuration make of generated server-months.
import { baselineAt, SETTLE_MILLIS } from '../agent/dist/alerts/baseline.js';
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

/** As far back as the engine keeps hours. */
const HISTORY_MILLIS = 30 * 24 * HOUR;

process.exitCode = await benchAlerts(judge, import.meta.url, process.argv.slice(2), cost);

function* judge({ stepMillis, metrics, hours, points }) {
  const { rules: settings, cooldownMillis } = alertsConfig(undefined, metrics);
  const rules = rulesOf(settings, stepMillis);
  const messages = begun(cooldownMillis);
  let state = withHours(hours);
  let events = [];
  const cycle = (time, reading) => {
    const outcome = step(state, rules, time, reading, stepMillis);
    state = outcome.state;
    if (outcome.changes.length > 0) events = withChanges(events, outcome.changes);
    return messages(events, time);
  };
  for (const { calm, from, points: ofHour } of withCalm(blocksOf(points(), stepMillis), () => state)) {
    if (calm && Object.keys(state.alerts).every((key) => LEAKS.includes(key)) && state.time === from) {
      // Until the hour's begin has settled nothing changes, and after it nothing but what is normal decides.
      const { hours: before } = state;
      const first = ofHour.find(({ time }) => time >= from + SETTLE_MILLIS);
      yield* cycle(first.time, readingOf(first));
      state = { ...state, ...afterCalm(before, ofHour), time: from + HOUR };
      continue;
    }
    for (const point of ofHour) {
      for (let time = state.time + stepMillis; time < point.time; time += stepMillis)
        yield* cycle(time, undefined);
      yield* cycle(point.time, readingOf(point));
    }
  }
}

const LEAKS = ['leak-fast warning', 'leak-slow warning'];

/** The cycles of an hour, those of its begin left out as the engine has it. */
function* blocksOf(points, stepMillis) {
  let block;
  for (const point of points) {
    const from = Math.ceil(point.time / HOUR) * HOUR - HOUR;
    if (block?.from !== from) {
      if (block) yield block;
      block = { from, points: [] };
    }
    block.points.push(point);
    block.isWhole = block.points.length === HOUR / stepMillis;
  }
  if (block) yield block;
}

/**
 * A month is judged cycle by cycle where any rule that looks at cycles could come near its threshold, and for the two
 * hours before, as far back as rules look. In the other hours only the leaks can change, and they once an hour.
 */
function* withCalm(blocks, stateOf) {
  const waiting = [];
  const isCalmFor = ({ isWhole, points }) => {
    const normal = stateOf().baseline.normalPeak.connections.value;
    return (
      isWhole && normal !== undefined && points.every((point, i) => isCalm(point, points[i - 1], normal))
    );
  };
  for (const block of blocks) {
    waiting.push(block);
    if (waiting.length > 2) yield* first(waiting, isCalmFor);
  }
  while (waiting.length > 0) yield* first(waiting, isCalmFor);
}

function* first(waiting, isCalmFor) {
  const calm = waiting.every(isCalmFor);
  yield { ...waiting.shift(), calm };
}

/** Far from every threshold: 1.5 of the normal peak, 100 half closed, 80 % of the ports, 10 events a second. */
function isCalm(point, before, normal) {
  const { established, closeWait, portUtilization } = point;
  if (established === undefined || established >= 1.2 * normal) return false;
  if (closeWait > 50 || portUtilization > 0.6) return false;
  if (before === undefined) return true;
  const seconds = (point.time - before.time) / 1000;
  const events = (name) => (point[name] - before[name]) / seconds;
  return ['synCookies', 'listenOverflows'].every((name) => events(name) >= 0 && events(name) < 2);
}

/** The hour as the engine would have kept it, and nothing of its cycles. */
function afterCalm(before, points) {
  const { memory, recent } = START;
  const end = Math.ceil(points[0].time / HOUR) * HOUR;
  // A rate is of two steps.
  const rates = (of) => points.map((point, i) => (of(point) + of(points[Math.max(0, i - 1)])) / 2);
  const values = {
    connections: points.map(({ established }) => established),
    received: rates(({ receivedPerSecond }) => receivedPerSecond),
    transmitted: rates(({ transmittedPerSecond }) => transmittedPerSecond),
    throughput: rates((point) => point.receivedPerSecond + point.transmittedPerSecond),
  };
  const oldest = end - HISTORY_MILLIS;
  const hours = Object.entries(values).map(([signal, list]) => {
    const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
    const hour = { end, minimum: Math.min(...list), mean, peak: Math.max(...list) };
    const kept = before[signal].complete;
    const stale = kept.length > 0 && kept[0].end <= oldest ? kept.findIndex((one) => one.end > oldest) : 0;
    return [signal, { complete: [...kept.slice(stale), hour], open: undefined }];
  });
  return { memory, recent, hours: Object.fromEntries(hours) };
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

/** The messages of a channel with its defaults that something has begun, cycle by cycle. */
function begun(cooldownMillis) {
  const { severities, repeatMillis } = channel();
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

function channel() {
  const { webhook, repeatMillis } = notifyConfig({ webhook: { url: 'https://example.net' } });
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
