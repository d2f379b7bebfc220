/** From readings to the signals that rules look at. Pure: what has to be remembered goes in and comes out. */

import { HOUR, MINUTE, SECOND } from './hours.js';
import { type Point, rate } from './rate.js';
import { COUNTERS, type Counter, gaugeKey, type Reading } from './reading.js';
import type { Evaluation } from './view.js';

/** How long a value that is not read anew still holds: Prometheus's lookback. */
export const HOLD_MILLIS = 5 * MINUTE;

/** Cycles that a rate is taken over: so many that one may be lost, so few that a flood shows in the third. */
const RATE_CYCLES = 3;
const LEAST_RATE_MILLIS = 30 * SECOND;

/** Cycles without a successful scan after which the agent is called blind. */
export const BLIND_CYCLES = 3;

export const ESTABLISHED = gaugeKey('system.network.connection.count', 'established');

/** What has to be remembered of the readings before. */
export interface Memory {
  readonly gauges: Readonly<Record<string, Point>>;
  readonly counters: Readonly<Record<Counter, Readonly<Record<string, readonly Point[]>>>>;
  readonly scans: Readonly<Record<string, Scans>>;
}

/** Times of a family's scans. */
interface Scans {
  readonly last: number;
  readonly lastSuccess: number | undefined;
}

export const NO_MEMORY: Memory = {
  gauges: {},
  counters: { received: {}, transmitted: {}, acceptQueueFull: {}, synCookies: {} },
  scans: {},
};

export function rateWindow(intervalMillis: number): number {
  return Math.max(RATE_CYCLES * intervalMillis, LEAST_RATE_MILLIS);
}

export function blindWindow(intervalMillis: number): number {
  return BLIND_CYCLES * intervalMillis;
}

export function remember(memory: Memory, reading: Reading, intervalMillis: number): Memory {
  const { time } = reading;
  const oldest = time - rateWindow(intervalMillis);
  const counters = { ...memory.counters };
  for (const counter of COUNTERS) {
    const read = reading.counters[counter];
    const kept: Record<string, readonly Point[]> = {};
    for (const [source, points] of Object.entries(memory.counters[counter])) {
      const young = points.filter((point) => point.time > oldest);
      if (young.length > 0) kept[source] = young;
    }
    for (const [source, value] of Object.entries(read)) {
      kept[source] = [...(kept[source] ?? []), { time, value }];
    }
    counters[counter] = kept;
  }
  const gauges: Record<string, Point> = { ...memory.gauges };
  for (const [key, value] of Object.entries(reading.gauges)) gauges[key] = { time, value };
  const scans: Record<string, Scans> = { ...memory.scans };
  for (const [family, good] of Object.entries(reading.scans)) {
    scans[family] = { last: time, lastSuccess: good ? time : scans[family]?.lastSuccess };
  }
  return { gauges, counters, scans };
}

export function signalsAt(memory: Memory, time: number, intervalMillis: number): Evaluation {
  const gauges: Record<string, number> = {};
  if (isScanned(memory, time)) {
    for (const [key, point] of Object.entries(memory.gauges)) {
      if (point.time > time - HOLD_MILLIS) gauges[key] = point.value;
    }
  }
  const window = rateWindow(intervalMillis);
  const rateOf = (counter: Counter) => sum(memory.counters[counter], (points) => rate(points, time, window));
  const received = rateOf('received');
  const transmitted = rateOf('transmitted');
  return {
    time,
    connections: gauges[ESTABLISHED],
    received,
    transmitted,
    throughput: received === undefined || transmitted === undefined ? undefined : received + transmitted,
    acceptQueueFull: rateOf('acceptQueueFull'),
    synCookies: rateOf('synCookies'),
    gauges,
  };
}

/** Whether scans have succeeded of late; `undefined` where none was tried in the last hour. */
export function sees(memory: Memory, time: number, intervalMillis: number): boolean | undefined {
  const scans = Object.values(memory.scans).filter(({ last }) => last > time - HOUR);
  if (scans.length === 0) return undefined;
  const start = time - blindWindow(intervalMillis);
  const tried = scans.filter(({ last }) => last > start);
  return tried.length > 0 && tried.every(({ lastSuccess }) => (lastSuccess ?? 0) > start);
}

/** A count that lacks a family is none. */
function isScanned(memory: Memory, time: number): boolean {
  const scans = Object.values(memory.scans).filter(({ last }) => last > time - HOLD_MILLIS);
  return scans.length > 0 && scans.every(({ last, lastSuccess }) => last === lastSuccess);
}

function sum(
  sources: Readonly<Record<string, readonly Point[]>>,
  of: (points: readonly Point[]) => number | undefined,
): number | undefined {
  let total: number | undefined;
  for (const points of Object.values(sources)) {
    const value = of(points);
    if (value !== undefined) total = (total ?? 0) + value;
  }
  return total;
}
