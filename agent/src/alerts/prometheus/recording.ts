/**
 * The recorded series that the rules read, named level:metric:operation as Prometheus advises
 * (https://prometheus.io/docs/practices/rules/). What they mean is what baseline.ts and signals.ts say: an hour's figure
 * is recorded from its end on, a day's in the hour after one o'clock, from which the windows that end at half past one
 * take it, so that no evaluation lies near a border.
 */

import {
  BASELINE_DAYS,
  LEAK_DAYS,
  LEAST_DAYS,
  LEAST_QUIET_DAYS,
  QUIET_DAYS,
  USUAL_DAYS,
} from '../baseline.js';
import {
  CONNECTIONS,
  HIGHEST,
  HOUR_BEFORE,
  IN_FORCE,
  LOST,
  OWN,
  RECEIVED,
  THROUGHPUT,
  TRANSMITTED,
} from '../facts.js';
import { LEAST_HOURS } from '../hours.js';
import { promqlOf } from '../rules/own.js';

export interface Recording {
  readonly record: string;
  readonly expr: string;
}

const LOWEST_OF_HOUR = 'host:tcp_connections:min_hour';
const USUAL_MEAN = 'host:network_bytes:avg_hour';
const QUIETEST_OF_DAY = 'host:tcp_connections:quietest_day';
const DAY_RATIO = 'host:tcp_connections:day_ratio';
const WEEK_RATIO = 'host:tcp_connections:week_ratio';

/** Of each cycle, and what is in force then of the hours and days. They stand before the alerts in the same group. */
export function cycleRecordings(window: string): Recording[] {
  const traffic = (direction: string) =>
    `sum by (host_name) (max by (host_name, network_interface_name) (rate(system_network_io_bytes_total{network_io_direction="${direction}",${OWN}}[${window}])))`;
  const event = (name: string) =>
    `max by (host_name) (rate(scout_tcp_listen_overflows_total{scout_tcp_listen_event="${name}",${OWN}}[${window}]))`;
  return [
    { record: CONNECTIONS, expr: promqlOf('system.network.connection.count', 'established') },
    { record: 'host:tcp_close_wait:sum', expr: promqlOf('system.network.connection.count', 'close_wait') },
    { record: 'host:tcp_port_utilization:max', expr: promqlOf('scout.tcp.port.utilization', undefined) },
    { record: RECEIVED, expr: traffic('receive') },
    { record: TRANSMITTED, expr: traffic('transmit') },
    { record: THROUGHPUT, expr: `${RECEIVED} + ${TRANSMITTED}` },
    { record: 'host:tcp_accept_queue_full:rate', expr: event('accept_queue_full') },
    { record: 'host:tcp_syn_cookies:rate', expr: event('syn_cookie_sent') },
    { record: LOST, expr: `present_over_time(${CONNECTIONS}[1h]) unless ${CONNECTIONS}` },
    { record: HIGHEST.connections, expr: `max_over_time(${CONNECTIONS}[5m])` },
    { record: HIGHEST.received, expr: `max_over_time(${RECEIVED}[5m])` },
    { record: HOUR_BEFORE.connections, expr: `avg_over_time(${CONNECTIONS}[1h] offset 5m)` },
    { record: HOUR_BEFORE.received, expr: `avg_over_time(${RECEIVED}[1h] offset 5m)` },
    ...Object.values(IN_FORCE).map((record) => ({
      record,
      expr: settled(next(record)),
    })),
  ];
}

/** The hour's value from five minutes after its end on, whenever in its interval it was recorded. */
function settled(recorded: string): string {
  return `last_over_time((${recorded} offset -4m)[1h:1h] offset 5m)`;
}

/** What comes into force five minutes after the hour: `host:tcp_connections:next_normal_peak`. */
function next(inForce: string): string {
  return `${stem(inForce)}:next_${inForce.slice(stem(inForce).length + 1)}`;
}

/** Hours, days, and what comes of them. */
export function baselineRecordings(): Recording[] {
  return [...hours(), ...days(), ...slowLeak(), ...normalPeaks()];
}

function hours(): Recording[] {
  const hour = (name: string, of: string, over: string): Recording => ({
    record: `${stem(of)}:${name}_hour`,
    expr: `last_over_time(${over}_over_time(${of}[1h])[1h:1h])`,
  });
  const usualLowest = usual(USUAL_DAYS, (day) => `${LOWEST_OF_HOUR} offset ${day}d`);
  return [
    hour('min', CONNECTIONS, 'min'),
    hour('avg', CONNECTIONS, 'avg'),
    hour('max', CONNECTIONS, 'max'),
    hour('max', RECEIVED, 'max'),
    hour('max', TRANSMITTED, 'max'),
    hour('avg', THROUGHPUT, 'avg'),
    { record: next(IN_FORCE.usualLowest), expr: usualLowest },
    {
      record: next(IN_FORCE.hourRatio),
      expr: `${LOWEST_OF_HOUR} / (${next(IN_FORCE.usualLowest)} > 0)`,
    },
    {
      record: next(IN_FORCE.throughputRatio),
      expr: `${USUAL_MEAN} / (${usual(USUAL_DAYS, (day) => `${USUAL_MEAN} offset ${day}d`)} > 0)`,
    },
    // The hour that has begun, on the days before: it was complete an hour after that moment.
    {
      record: next(IN_FORCE.usualThroughput),
      expr: usual(LAST_DAYS, (day) => `${USUAL_MEAN} offset ${day * 24 - 1}h`),
    },
  ];
}

const LAST_DAYS = Array.from({ length: BASELINE_DAYS }, (_, i) => i + 1);

/** The median over some days before, of at least three of them; a day that stands there twice counts twice. */
function usual(before: readonly number[], on: (day: number) => string): string {
  const days = before.map((day, i) => `label_replace(${on(day)}, "day", "${i + 1}", "", "")`).join(' or ');
  return `(quantile by (host_name) (0.5, ${days}) and count by (host_name) (${days}) >= ${LEAST_DAYS})`;
}

function days(): Recording[] {
  const day = (record: string, over: 'min' | 'max', hour: string): Recording => {
    const hours = `(${hour} offset -30m)[24h:1h] offset 1h`;
    return {
      record,
      expr: `${over}_over_time(${hours}) and (count_over_time(${hours}) >= ${LEAST_HOURS}) and on () (hour() == 1)`,
    };
  };
  const peak = (of: string) => day(`${stem(of)}:max_day`, 'max', `${stem(of)}:max_hour`);
  return [
    peak(CONNECTIONS),
    peak(RECEIVED),
    peak(TRANSMITTED),
    day(QUIETEST_OF_DAY, 'min', `${stem(CONNECTIONS)}:avg_hour`),
    {
      record: DAY_RATIO,
      expr: `${QUIETEST_OF_DAY} / ((${QUIETEST_OF_DAY} offset 7d + ${QUIETEST_OF_DAY} offset 14d) / 2 > 0)`,
    },
    {
      record: WEEK_RATIO,
      expr: `${QUIETEST_OF_DAY} / (${QUIETEST_OF_DAY} offset 7d > 0)`,
    },
  ];
}

/** What was recorded at half past one of so many days; a day counts from two o'clock of the next on. */
function ofDays(recorded: string, days: number, ago = 0): string {
  return `(${recorded} offset -90m)[${days}d:1d] offset ${ago * 24 + 2}h`;
}

function slowLeak(): Recording[] {
  const ratios = ofDays(DAY_RATIO, LEAK_DAYS);
  const all = `count_over_time(${ratios}) == ${LEAK_DAYS}`;
  const weekly = ofDays(WEEK_RATIO, QUIET_DAYS, LEAK_DAYS);
  return [
    { record: next(IN_FORCE.lowestDayRatio), expr: `min_over_time(${ratios}) and ${all}` },
    { record: next(IN_FORCE.medianDayRatio), expr: `quantile_over_time(0.5, ${ratios}) and ${all}` },
    {
      record: next(IN_FORCE.weeklySpread),
      expr: `stddev_over_time(${weekly}) and count_over_time(${weekly}) >= ${LEAST_QUIET_DAYS}`,
    },
  ];
}

function normalPeaks(): Recording[] {
  return [IN_FORCE.normalPeak, IN_FORCE.normalPeakReceived, IN_FORCE.normalPeakTransmitted].map((inForce) => {
    const peak = `${stem(inForce)}:max_day`;
    const week = ofDays(peak, BASELINE_DAYS);
    const days = `quantile_over_time(0.5, ${week}) and count_over_time(${week}) >= ${LEAST_DAYS}`;
    const weekdays = [6, 13, 20, 27]
      .map(
        (ago, i) =>
          `label_replace(last_over_time((${peak} offset -90m)[1d:1d] offset ${ago}d), "week", "${i + 1}", "", "")`,
      )
      .join(' or ');
    const weekday = `quantile by (host_name) (0.5, ${weekdays}) and count by (host_name) (${weekdays}) >= 2`;
    return {
      record: next(inForce),
      expr: `max by (host_name) (label_replace(${days}, "of", "days", "", "") or label_replace(${weekday}, "of", "weekday", "", ""))`,
    };
  });
}

/** `host:tcp_connections:sum` without its operation. */
function stem(recorded: string): string {
  return recorded.slice(0, recorded.lastIndexOf(':'));
}
