/** What Prometheus records is what the agent keeps. */
import { expect, inject, test } from 'vitest';
import { baselineAt, type Hourly } from '../../agent/src/alerts/baseline.js';
import { DAY, HOUR, type Hour, MINUTE } from '../../agent/src/alerts/hours.js';
import { gaugeKey } from '../../agent/src/alerts/reading.js';
import type { Evaluation } from '../../agent/src/alerts/view.js';
import { SECOND } from '../support/calendar.js';
import { randomness } from '../support/randomness.js';
import type { Case, Collected, Configuration } from './case.js';
import { judge } from './embedded.js';
import { replay, type Sample, type Schedule } from './prometheus.js';
import { type Hourly as HourlyScenario, SCENARIOS } from './scenarios.js';
import { EACH_CYCLE, OVER_WEEKS, overWeeks } from './simulated.js';

/** A Monday. */
const BEGIN = Date.UTC(2026, 2, 2);

/** As the rule file says. */
const schedule = ({ intervalMillis }: Configuration): Schedule => [
  { name: 'scout-alerts', interval: intervalMillis, phase: 0 },
  { name: 'scout-baseline', interval: 2 * MINUTE, phase: 53 * SECOND },
  { name: 'scout-fleet', interval: MINUTE, phase: 0 },
];

test('over eight days, with hours missing', async ({ expect }) => {
  const scenario = SCENARIOS.find(({ name }) => name === 'slow leak, days missing, seed 1') as HourlyScenario;
  const all = scenario.hours();
  const gap = all.findIndex(({ time }, i) => time - (all[i - 1]?.time ?? time) > HOUR);
  const first = all[gap - 2 * 24]?.time as number;
  const hoursOfEightDays = all.filter(({ time }) => time >= first && time < first + 8 * DAY);
  const judged = overWeeks({ name: 'web-1', hours: () => hoursOfEightDays }, BEGIN, 0);
  expect(judged.collected.length).toBeLessThan((8 * DAY) / OVER_WEEKS.intervalMillis);

  const { hours } = judge(judged, OVER_WEEKS).state;
  const complete = (signal: Hourly) => hours[signal].complete;
  const series = await recordings(judged, OVER_WEEKS);
  const samplesOf = (name: string) => series.get(name) ?? [];
  // At the last evaluation of each hour, so at a minute that no hour has just ended.
  const hourly = (name: string) =>
    samplesOf(name)
      .filter(([time]) => time % HOUR === 58 * MINUTE + 53 * SECOND)
      .map(([time, value]) => [Math.floor(time / HOUR) * HOUR, value]);
  const kept = (signal: Hourly, of: (hour: Hour) => number) =>
    complete(signal)
      .filter(({ end }) => end + HOUR <= judged.to)
      .map((hour) => [hour.end, close(of(hour))]);
  const close = (value: number) => expect.closeTo(value, Math.max(0, 6 - Math.ceil(Math.log10(value + 1))));
  expect(complete('connections').length).toBeGreaterThan(170);
  expect(hourly('host:tcp_connections:min_hour')).toEqual(kept('connections', ({ minimum }) => minimum));
  expect(hourly('host:tcp_connections:max_hour')).toEqual(kept('connections', ({ peak }) => peak));
  expect(hourly('host:network_received_bytes:max_hour')).toEqual(kept('received', ({ peak }) => peak));
  expect(hourly('host:network_transmitted_bytes:max_hour')).toEqual(kept('transmitted', ({ peak }) => peak));
  expect(hourly('host:network_bytes:avg_hour')).toEqual(kept('throughput', ({ mean }) => mean));

  const signals = {
    connections: complete('connections'),
    received: complete('received'),
    transmitted: complete('transmitted'),
    throughput: complete('throughput'),
  };
  const inForce = (of: (baseline: ReturnType<typeof baselineAt>) => number | undefined) => {
    const values: unknown[] = [];
    for (
      let time = judged.from + OVER_WEEKS.intervalMillis;
      time <= judged.to;
      time += 15 * OVER_WEEKS.intervalMillis
    ) {
      const value = of(baselineAt(time, signals));
      if (value !== undefined) values.push([time, close(value)]);
    }
    return values;
  };
  const read = (name: string) =>
    samplesOf(name)
      .filter(
        ([time]) => (time - judged.from - OVER_WEEKS.intervalMillis) % (15 * OVER_WEEKS.intervalMillis) === 0,
      )
      .map(([time, value]) => [time, value]);
  const normalPeaks = inForce(({ normalPeak }) => normalPeak.connections.value);
  expect(normalPeaks.length).toBeGreaterThan(24);
  expect(read('host:tcp_connections:normal_peak')).toEqual(normalPeaks);
  expect(read('host:network_received_bytes:normal_peak')).toEqual(
    inForce(({ normalPeak }) => normalPeak.received.value),
  );
  expect(read('host:network_transmitted_bytes:normal_peak')).toEqual(
    inForce(({ normalPeak }) => normalPeak.transmitted.value),
  );
  expect(read('host:tcp_connections:hour_ratio')).toEqual(inForce(({ hourRatios }) => hourRatios[0]));
  expect(read('host:tcp_connections:hour_usual')).toEqual(inForce(({ usualLowest }) => usualLowest[0]));
  expect(read('host:network_bytes:hour_ratio')).toEqual(inForce(({ throughputRatio }) => throughputRatio));
  expect(read('host:network_bytes:usual')).toEqual(inForce(({ usualThroughput }) => usualThroughput));
});

test('cycle by cycle, with some lost, some that saw one family alone, and counters that begin anew', async () => {
  const random = randomness(6, 0);
  let [receivedBytes, transmittedBytes, acceptQueueFull, synCookies] = [0, 0, 0, 0];
  const collected = Array.from({ length: 600 }, (_, i): Collected => {
    if (random.uniform() < 0.02)
      [receivedBytes, transmittedBytes, acceptQueueFull, synCookies] = [0, 0, 0, 0];
    receivedBytes += random.between(0, 1e8);
    transmittedBytes += random.between(0, 1e9);
    acceptQueueFull += Math.floor(random.between(0, 100));
    synCookies += Math.floor(random.between(0, 100));
    const ipv4 = { established: Math.floor(random.between(0, 1000)), closeWait: i % 7 };
    return {
      time: BEGIN + (i + 1) * EACH_CYCLE.intervalMillis,
      ipv4: random.uniform() < 0.05 ? undefined : ipv4,
      ipv6: random.uniform() < 0.05 ? undefined : { established: i % 50, closeWait: i % 3 },
      portUtilization: i % 11 === 0 ? undefined : random.uniform(),
      ...{ receivedBytes, transmittedBytes, acceptQueueFull, synCookies },
    };
  });
  let isLost = false;
  const judged: Case = {
    name: 'web-1',
    from: BEGIN,
    to: BEGIN + collected.length * EACH_CYCLE.intervalMillis,
    hours: { connections: [], received: [], transmitted: [], throughput: [] },
    // Losses of all lengths, beyond those that are held over.
    collected: collected.filter(() => {
      if (random.uniform() < (isLost ? 0.05 : 0.04)) isLost = !isLost;
      return !isLost || random.uniform() < 0.1;
    }),
  };
  const { evaluations } = judge(judged, EACH_CYCLE);
  const series = await recordings(judged, EACH_CYCLE);
  const signals = {
    'host:tcp_connections:sum': ({ connections }) => connections,
    'host:tcp_close_wait:sum': ({ gauges }) =>
      gauges[gaugeKey('system.network.connection.count', 'close_wait')],
    'host:tcp_port_utilization:max': ({ gauges }) => gauges[gaugeKey('scout.tcp.port.utilization')],
    'host:network_received_bytes:rate': ({ received }) => received,
    'host:network_transmitted_bytes:rate': ({ transmitted }) => transmitted,
    'host:network_bytes:rate': ({ throughput }) => throughput,
    'host:tcp_accept_queue_full:rate': ({ acceptQueueFull }) => acceptQueueFull,
    'host:tcp_syn_cookies:rate': ({ synCookies }) => synCookies,
  } satisfies Record<string, (evaluation: Evaluation) => number | undefined>;
  for (const [name, of] of Object.entries(signals)) {
    const known = evaluations.flatMap((evaluation) => {
      const value = of(evaluation);
      return value === undefined ? [] : [[evaluation.time, value] as const];
    });
    expect(known.length).toBeGreaterThan(100);
    expect(known.length).toBeLessThan(600);
    const recorded = series.get(name) ?? [];
    expect(
      recorded.map(([time]) => time),
      name,
    ).toEqual(known.map(([time]) => time));
    for (const [i, [, value]] of recorded.entries())
      expect(
        Math.abs(value / (known[i]?.[1] ?? Number.NaN) - 1) < 1e-12 || value === known[i]?.[1],
        `${name} ${i}`,
      ).toBe(true);
  }
});

test('the only difference: points that come later do not correct what was recorded', async () => {
  const peak = BEGIN + 90 * MINUTE;
  const isCut = (time: number) => time > BEGIN + HOUR && time <= BEGIN + 2 * HOUR;
  const late: Case = {
    name: 'web-1',
    from: BEGIN,
    to: BEGIN + 6 * HOUR,
    hours: { connections: [], received: [], transmitted: [], throughput: [] },
    collected: Array.from({ length: 90 }, (_, i) => {
      const time = BEGIN + (i + 1) * OVER_WEEKS.intervalMillis;
      return {
        time,
        arrival: isCut(time) ? BEGIN + 4 * HOUR : time,
        ipv4: { established: Math.abs(time - peak) <= 2 * MINUTE ? 900 : 100, closeWait: 0 },
        ipv6: { established: 0, closeWait: 0 },
        portUtilization: undefined,
        receivedBytes: i * 1000,
        transmittedBytes: i * 1000,
        acceptQueueFull: 0,
        synCookies: 0,
      };
    }),
  };
  const { hours } = judge(late, OVER_WEEKS).state;
  expect(hours.connections.complete.map(({ peak }) => peak)).toEqual([100, 900, 100, 100, 100, 100]);
  const series = await recordings(late, OVER_WEEKS);
  const raw = series.get('system_network_connection_count')?.map(([, value]) => value) ?? [];
  expect(Math.max(...raw)).toBe(900);
  const recorded = series.get('host:tcp_connections:max_hour')?.map(([, value]) => value) ?? [];
  expect(new Set(recorded)).toEqual(new Set([100]));
});

async function recordings(
  it: Case,
  configuration: Configuration,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const series = await replay(
    [it],
    configuration,
    schedule(configuration),
    [
      '{__name__=~"host:.+"}',
      '{__name__="system_network_connection_count",network_type="ipv4",network_connection_state="established"}',
    ],
    inject('engines')['rule-replay'],
  );
  return new Map(series.map(({ labels, samples }) => [labels.__name__ as string, samples]));
}
