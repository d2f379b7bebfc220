/** What the recording rules would have left of the time before a case, worked out by the agent's baseline. */
import { type Baseline, baselineAt, type Hourly, settledHour } from '../../agent/src/alerts/baseline.js';
import { Calendar, DAY, dayOf, HOUR, type Hour, MINUTE } from '../../agent/src/alerts/hours.js';
import type { Case } from './case.js';
import type { Sample, Series } from './prometheus.js';

/** Under Prometheus's lookback, so that a recorded series has no holes. */
const STEP = 4 * MINUTE;

/** As far back as the rules look at hours, at their lowest counts, and at what was in force. */
const HOURS_BACK = 8 * DAY;
const LOWEST_BACK = 22 * DAY;
const IN_FORCE_BACK = 9 * HOUR;

export function recordedBefore(it: Case, intervalMillis: number): Series[] {
  const samples = [...hours(it), ...days(it), ...baselines(it, intervalMillis)];
  return samples.map(([name, samples]) => ({ labels: { __name__: name, host_name: it.name }, samples }));
}

type Recorded = readonly [name: string, samples: readonly Sample[]];

function hours({ from, hours }: Case): Recorded[] {
  const series = (name: string, signal: Hourly, of: (hour: Hour) => number, back = HOURS_BACK) =>
    recorded(
      name,
      hours[signal]
        .filter(({ end }) => end > from - back)
        .flatMap((hour) => every(STEP, hour.end, Math.min(hour.end + HOUR, from + 1), () => of(hour))),
    );
  return [
    series('host:tcp_connections:min_hour', 'connections', ({ minimum }) => minimum, LOWEST_BACK),
    series('host:tcp_connections:avg_hour', 'connections', ({ mean }) => mean),
    series('host:tcp_connections:max_hour', 'connections', ({ peak }) => peak),
    series('host:network_received_bytes:max_hour', 'received', ({ peak }) => peak),
    series('host:network_transmitted_bytes:max_hour', 'transmitted', ({ peak }) => peak),
    series('host:network_bytes:avg_hour', 'throughput', ({ mean }) => mean),
  ];
}

function days({ from, hours }: Case): Recorded[] {
  const series = (
    name: string,
    signal: Hourly,
    of: (calendar: Calendar, day: number) => number | undefined,
  ) => {
    const calendar = new Calendar(hours[signal]);
    const oldest = dayOf(hours[signal][0]?.end ?? from);
    const samples = every(DAY, oldest, from, (day) => of(calendar, day)).flatMap(([day, value]) =>
      every(2 * MINUTE, day + DAY + HOUR, Math.min(day + DAY + 2 * HOUR, from + 1), () => value),
    );
    return recorded(name, samples);
  };
  const quietest = (calendar: Calendar, day: number) => calendar.day(day)?.quietest;
  const over = (calendar: Calendar, day: number, before: readonly number[]) => {
    const value = quietest(calendar, day);
    const earlier = before.map((ago) => quietest(calendar, day - ago * DAY));
    const base = earlier.reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0) / before.length;
    return value !== undefined && base > 0 ? value / base : undefined;
  };
  return [
    series('host:tcp_connections:max_day', 'connections', (calendar, day) => calendar.day(day)?.peak),
    series('host:network_received_bytes:max_day', 'received', (calendar, day) => calendar.day(day)?.peak),
    series(
      'host:network_transmitted_bytes:max_day',
      'transmitted',
      (calendar, day) => calendar.day(day)?.peak,
    ),
    series('host:tcp_connections:quietest_day', 'connections', quietest),
    series('host:tcp_connections:day_ratio', 'connections', (calendar, day) => over(calendar, day, [7, 14])),
    series('host:tcp_connections:week_ratio', 'connections', (calendar, day) => over(calendar, day, [7])),
  ];
}

function baselines({ from, hours }: Case, intervalMillis: number): Recorded[] {
  const known = new Map<number, Baseline>();
  const at = (time: number) => {
    const hour = settledHour(time);
    const baseline = known.get(hour) ?? baselineAt(time, hours);
    known.set(hour, baseline);
    return baseline;
  };
  // What comes into force is there from the hour on.
  const next = (name: string, of: (baseline: Baseline) => number | undefined) =>
    recorded(
      name,
      every(2 * MINUTE, Math.floor(from / HOUR - 1) * HOUR, from + 1, (time) => of(at(time + 5 * MINUTE))),
    );
  const inForce = (name: string, of: (baseline: Baseline) => number | undefined) =>
    recorded(
      name,
      every(
        intervalMillis,
        Math.ceil((from - IN_FORCE_BACK) / intervalMillis) * intervalMillis,
        from + 1,
        (time) => of(at(time)),
      ),
    );
  return [
    next('host:tcp_connections:next_normal_peak', (baseline) => baseline.normalPeak.connections.value),
    next('host:network_received_bytes:next_normal_peak', (baseline) => baseline.normalPeak.received.value),
    next(
      'host:network_transmitted_bytes:next_normal_peak',
      (baseline) => baseline.normalPeak.transmitted.value,
    ),
    next('host:network_bytes:next_usual', (baseline) => baseline.usualThroughput),
    next('host:network_bytes:next_hour_ratio', (baseline) => baseline.throughputRatio),
    next('host:tcp_connections:next_day_ratio_lowest', (baseline) => baseline.slowLeak.lowestRatio),
    next('host:tcp_connections:next_day_ratio_median', (baseline) => baseline.slowLeak.medianRatio),
    next('host:tcp_connections:next_week_ratio_spread', (baseline) => baseline.slowLeak.spread),
    next('host:tcp_connections:next_hour_ratio', (baseline) => baseline.hourRatios[0]),
    next('host:tcp_connections:next_hour_usual', (baseline) => baseline.usualLowest[0]),
    inForce('host:tcp_connections:hour_ratio', (baseline) => baseline.hourRatios[0]),
    inForce('host:tcp_connections:hour_usual', (baseline) => baseline.usualLowest[0]),
  ];
}

function recorded(name: string, samples: readonly Sample[]): Recorded {
  return [name, samples];
}

/** From `from` on, before `to`. */
function every(
  step: number,
  from: number,
  to: number,
  of: (time: number) => number | undefined,
): (readonly [number, number])[] {
  const samples: (readonly [number, number])[] = [];
  for (let time = from; time < to; time += step) {
    const value = of(time);
    if (value !== undefined) samples.push([time, value]);
  }
  return samples;
}
