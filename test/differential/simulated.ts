/** Simulated servers as cases for both engines. */
import { HOUR, type Hour, MINUTE } from '../../agent/src/alerts/hours.js';
import { DEFAULT_ALERTS } from '../../agent/src/alerts/settings.js';
import { DAY, SECOND } from '../support/calendar.js';
import type { HourlyValue, Hour as SimulatedHour } from '../support/simulation/hours.js';
import type { Point } from '../support/simulation/points.js';
import type { Case, Collected, Configuration } from './case.js';
import type { Hourly, TenSeconds } from './scenarios.js';

export const EACH_CYCLE: Configuration = { settings: DEFAULT_ALERTS, intervalMillis: 10 * SECOND };

/** As slow as Prometheus's lookback lets a rule be evaluated. */
export const OVER_WEEKS: Configuration = { settings: DEFAULT_ALERTS, intervalMillis: 4 * MINUTE };

const WEEKS_KEPT = 28 * DAY;

/** @param from where it is moved to, by whole hours, so that several cases happen at the same time */
export function cycleByCycle({ name, hours, points }: TenSeconds, from: number): Case {
  const collected = points();
  const begin = Math.floor((collected[0] as Point).time / HOUR) * HOUR;
  const by = from - begin;
  return {
    name,
    from,
    to: begin + by + 25 * HOUR - 10 * SECOND,
    hours: hoursOf(
      hours().filter(({ time }) => time < begin),
      by,
    ),
    collected: collected.filter(({ time }) => time > begin).map((point) => collectedOf(point, by)),
  };
}

/**
 * Of each hour that is judged the lowest, the highest and the mean are collected.
 * @param keptMillis how much of it is known before
 */
export function overWeeks(
  { name, hours }: Pick<Hourly, 'name' | 'hours'>,
  from: number,
  keptMillis = WEEKS_KEPT,
): Case {
  const all = hours();
  const begin = (all[0] as SimulatedHour).time + keptMillis;
  const by = from - begin;
  const judged = all.filter(({ time }) => time >= begin);
  const counters = { receivedBytes: 0, transmittedBytes: 0 };
  return {
    name,
    from,
    to: (judged.at(-1) as SimulatedHour).time + HOUR + by,
    hours: hoursOf(
      all.filter(({ time }) => time < begin),
      by,
    ),
    collected: judged.flatMap((hour) => cyclesOf(hour, counters, by)),
  };
}

function hoursOf(hours: readonly SimulatedHour[], by: number): Case['hours'] {
  const of = (value: (hour: SimulatedHour) => HourlyValue | undefined) =>
    hours.flatMap((hour): Hour[] => {
      const known = value(hour);
      if (known === undefined) return [];
      return [{ end: hour.time + HOUR + by, minimum: known.min, mean: known.mean, peak: known.peak }];
    });
  return {
    connections: of(({ established }) => established),
    received: of(({ receivedPerSecond }) => receivedPerSecond),
    transmitted: of(({ transmittedPerSecond }) => transmittedPerSecond),
    throughput: of(({ receivedPerSecond: received, transmittedPerSecond: transmitted }) => ({
      min: received.min + transmitted.min,
      mean: received.mean + transmitted.mean,
      peak: received.peak + transmitted.peak,
    })),
  };
}

function collectedOf(point: Point, by: number): Collected {
  const { established, closeWait, listenOverflows, time, ...rest } = point;
  return { ...rest, time: time + by, ...families(established, closeWait), acceptQueueFull: listenOverflows };
}

function cyclesOf(
  { time, established, receivedPerSecond, transmittedPerSecond }: SimulatedHour,
  counters: { receivedBytes: number; transmittedBytes: number },
  by: number,
): Collected[] {
  const step = OVER_WEEKS.intervalMillis;
  return Array.from({ length: HOUR / step }, (_, i) => {
    const counted = i === 0 ? established?.min : i === 1 ? established?.peak : established?.mean;
    counters.receivedBytes += Math.round((receivedPerSecond.mean * step) / SECOND);
    counters.transmittedBytes += Math.round((transmittedPerSecond.mean * step) / SECOND);
    return {
      time: time + (i + 1) * step + by,
      ...families(counted === undefined ? undefined : Math.round(counted), 0),
      portUtilization: undefined,
      ...counters,
      acceptQueueFull: 0,
      synCookies: 0,
    };
  });
}

/** A third of the connections is of the other family. */
function families(
  established: number | undefined,
  closeWait: number | undefined,
): Pick<Collected, 'ipv4' | 'ipv6'> {
  if (established === undefined) return { ipv4: undefined, ipv6: undefined };
  const ipv6 = Math.floor(established / 3);
  return {
    ipv4: { established: established - ipv6, closeWait: closeWait ?? 0 },
    ipv6: { established: ipv6, closeWait: 0 },
  };
}
