/** What the engine knows of the time before it started: from the history. */
import type { Bucket, Buckets } from '../history/query.js';
import { baselineAt } from './baseline.js';
import { START, type State } from './engine.js';
import { DAY, HOUR, type Hour, type Hours, MINUTE } from './hours.js';
import type { Kept } from './kept.js';
import { ESTABLISHED } from './signals.js';
import type { Evaluation } from './view.js';

/** How far back the hours are asked for, and the readings. */
export const HOURS_MILLIS = 30 * DAY;
export const READINGS_MILLIS = 72 * MINUTE;

/** Metrics of the history that rules look at. */
export const NAMES = ['system.network.connection.count', 'system.network.io'];

/**
 * @param hourly the last {@link HOURS_MILLIS} by the hour
 * @param readings the last {@link READINGS_MILLIS} as finely as they are kept
 */
export function seeded(
  kept: Kept,
  hourly: Buckets | undefined,
  readings: Buckets | undefined,
  intervalMillis: number,
): State {
  const recent = evaluationsOf(readings);
  const time = Math.max(kept.time, recent.at(-1)?.time ?? 0);
  const of = (series: readonly Bucket[]) => hoursUpTo(time, series, intervalMillis);
  const hours: State['hours'] = {
    connections: of(connectionsOf(hourly)),
    received: of(trafficOf(hourly, 'receive')),
    transmitted: of(trafficOf(hourly, 'transmit')),
    throughput: of(both(trafficOf(hourly, 'receive'), trafficOf(hourly, 'transmit'))),
  };
  return {
    ...START,
    time,
    recent,
    hours,
    baseline: baselineAt(time, {
      connections: hours.connections.complete,
      received: hours.received.complete,
      transmitted: hours.transmitted.complete,
      throughput: hours.throughput.complete,
    }),
    lastKnown:
      recent.findLast(({ connections }) => connections !== undefined)?.time ?? Number.NEGATIVE_INFINITY,
    alerts: kept.alerts,
  };
}

/** The history's last bucket is of the hour that is not over. */
function hoursUpTo(time: number, series: readonly Bucket[], intervalMillis: number): Hours {
  const hours = series.map(hourOf);
  const last = hours.at(-1);
  if (last === undefined || last.end <= time) return { complete: hours, open: undefined };
  const elapsed = time - (last.end - HOUR);
  const readings = Math.max(1, Math.round(elapsed / intervalMillis));
  return { complete: hours.slice(0, -1), open: { ...last, readings } };
}

/** A bucket is named by its begin, an hour by its end. */
function hourOf([begin, minimum, mean, peak]: Bucket): Hour {
  return { end: begin + HOUR, minimum, mean, peak };
}

function seriesOf(
  buckets: Buckets | undefined,
  name: string,
  attributes: Readonly<Record<string, string>>,
): readonly Bucket[] {
  const wanted = JSON.stringify(attributes);
  const found = buckets?.series.find(
    (series) => series.name === name && JSON.stringify(series.attributes) === wanted,
  );
  return found?.buckets ?? [];
}

function connectionsOf(buckets: Buckets | undefined): readonly Bucket[] {
  return seriesOf(buckets, 'system.network.connection.count', { 'network.connection.state': 'established' });
}

function trafficOf(buckets: Buckets | undefined, direction: string): readonly Bucket[] {
  return seriesOf(buckets, 'system.network.io', { 'network.io.direction': direction });
}

function both(received: readonly Bucket[], transmitted: readonly Bucket[]): Bucket[] {
  const sent = new Map(transmitted.map((bucket) => [bucket[0], bucket]));
  return received.flatMap(([time, low, mean, peak]) => {
    const other = sent.get(time);
    return other === undefined
      ? []
      : [[time, low + other[1], mean + other[2], peak + other[3]] satisfies Bucket];
  });
}

function evaluationsOf(readings: Buckets | undefined): Evaluation[] {
  const connections = connectionsOf(readings);
  const received = new Map(trafficOf(readings, 'receive').map(([time, , , peak]) => [time, peak]));
  const transmitted = new Map(trafficOf(readings, 'transmit').map(([time, , , peak]) => [time, peak]));
  return connections.map(([time, , , count]) => {
    const [down, up] = [received.get(time), transmitted.get(time)];
    return {
      time,
      connections: count,
      received: down,
      transmitted: up,
      throughput: down === undefined || up === undefined ? undefined : down + up,
      gauges: { [ESTABLISHED]: count },
    };
  });
}
