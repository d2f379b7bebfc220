/** From readings to the signals that rules look at. Pure: what has to be remembered goes in and comes out. */

import { HOUR, MINUTE, SECOND } from './hours.js';
import { type Point, rate } from './rate.js';
import { type Counter, gaugeKey, type Reading } from './reading.js';
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
  /** As far back as any signal looks, oldest first. */
  readonly readings: readonly Reading[];
  /** When each family's table was tried last. */
  readonly tried: Readonly<Record<string, number>>;
}

export const NO_MEMORY: Memory = { readings: [], tried: {} };

export function rateWindow(intervalMillis: number): number {
  return Math.max(RATE_CYCLES * intervalMillis, LEAST_RATE_MILLIS);
}

export function blindWindow(intervalMillis: number): number {
  return BLIND_CYCLES * intervalMillis;
}

export function remember({ readings, tried }: Memory, reading: Reading, intervalMillis: number): Memory {
  const oldest =
    reading.time - Math.max(HOLD_MILLIS, rateWindow(intervalMillis), blindWindow(intervalMillis));
  const first = readings.findIndex(({ time }) => time > oldest);
  const kept = first === -1 ? [] : readings.slice(first);
  kept.push(reading);
  const now: Record<string, number> = {};
  for (const family in reading.scans) now[family] = reading.time;
  return { readings: kept, tried: { ...tried, ...now } };
}

export function signalsAt({ readings }: Memory, time: number, intervalMillis: number): Evaluation {
  const held = since(readings, time - HOLD_MILLIS);
  const gauges = isScanned(held) ? gaugesOf(held) : {};
  const window = rateWindow(intervalMillis);
  const within = since(readings, time - window);
  const rateOf = (counter: Counter) => rateOfAll(within, counter, time, window);
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
export function sees({ readings, tried }: Memory, time: number, intervalMillis: number): boolean | undefined {
  if (!Object.values(tried).some((last) => last > time - HOUR)) return undefined;
  const within = since(readings, time - blindWindow(intervalMillis));
  const success = new Map<string, boolean>();
  for (const { scans } of within)
    for (const [family, good] of Object.entries(scans))
      success.set(family, good || (success.get(family) ?? false));
  return success.size > 0 && [...success.values()].every((good) => good);
}

function since(readings: readonly Reading[], start: number): readonly Reading[] {
  const first = readings.findIndex(({ time }) => time > start);
  return first === -1 ? [] : readings.slice(first);
}

/** A count that lacks a family is none. */
function isScanned(held: readonly Reading[]): boolean {
  const last = new Map<string, boolean>();
  for (const { scans } of held) for (const family in scans) last.set(family, scans[family] as boolean);
  return last.size > 0 && [...last.values()].every((good) => good);
}

/** Each as it was read last. */
function gaugesOf(held: readonly Reading[]): Readonly<Record<string, number>> {
  const newest = held.at(-1)?.gauges ?? {};
  const isWhole = held.every(({ gauges }) => {
    for (const key in gauges) if (!(key in newest)) return false;
    return true;
  });
  return isWhole ? newest : Object.assign({}, ...held.map(({ gauges }) => gauges));
}

function rateOfAll(
  within: readonly Reading[],
  counter: Counter,
  time: number,
  window: number,
): number | undefined {
  const sources = new Set<string>();
  for (const { counters } of within) for (const source in counters[counter]) sources.add(source);
  let total: number | undefined;
  for (const source of sources) {
    const points: Point[] = [];
    for (const reading of within) {
      const value = reading.counters[counter][source];
      if (value !== undefined) points.push({ time: reading.time, value });
    }
    const growth = rate(points, time, window);
    if (growth !== undefined) total = (total ?? 0) + growth;
  }
  return total;
}
