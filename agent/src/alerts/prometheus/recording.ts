/**
 * The recorded series that the rules read, named level:metric:operation as Prometheus advises
 * (https://prometheus.io/docs/practices/rules/). What they mean is what baseline.ts and signals.ts say: an hour's figure
 * is there from its end on, a day's in the hour after one o'clock, from which the windows that end at half past one take
 * it, so that no evaluation lies near a border.
 */

import { BASELINE_DAYS, LEAST_DAYS } from '../baseline.js';
import { CONNECTIONS, RECEIVED, THROUGHPUT, TRANSMITTED } from '../facts.js';
import { LEAST_HOURS } from '../hours.js';
import { promqlOf } from '../rules/own.js';

export interface Recording {
  readonly record: string;
  readonly expr: string;
}

export interface RecordingGroup {
  readonly name: string;
  readonly intervalMillis: number;
  readonly rules: readonly Recording[];
}

/** Under Prometheus's lookback of five minutes, so that no recorded series has holes. */
const SLOWEST_MILLIS = 4 * 60_000;
const HOURLY_MILLIS = 2 * 60_000;

/** @param window of a rate, as PromQL writes it */
export function recordingGroups(intervalMillis: number, window: string): RecordingGroup[] {
  return [
    {
      name: 'scout-signals',
      intervalMillis: Math.min(intervalMillis, SLOWEST_MILLIS),
      rules: signals(window),
    },
    { name: 'scout-hours', intervalMillis: HOURLY_MILLIS, rules: hours() },
    { name: 'scout-days', intervalMillis: HOURLY_MILLIS, rules: days() },
    { name: 'scout-normal-peak', intervalMillis: HOURLY_MILLIS, rules: normalPeaks() },
  ];
}

function signals(window: string): Recording[] {
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
  ];
}

/** Of the host's own network namespace, where others are counted as well. */
const OWN = 'scout_network_namespace=~"own|"';

function hours(): Recording[] {
  const hour = (name: string, of: string, over: string): Recording => ({
    record: `${stem(of)}:${name}_hour`,
    expr: `last_over_time(${over}_over_time(${of}[1h])[1h:1h])`,
  });
  const lowest = 'host:tcp_connections:min_hour';
  const usualLowest = usual((day) => `${lowest} offset ${day}d`);
  return [
    hour('min', CONNECTIONS, 'min'),
    hour('max', CONNECTIONS, 'max'),
    hour('max', RECEIVED, 'max'),
    hour('max', TRANSMITTED, 'max'),
    hour('avg', THROUGHPUT, 'avg'),
    { record: 'host:tcp_connections:hour_ratio', expr: `${lowest} / (${usualLowest} > 0)` },
    // The hour that has begun, on the days before: it was complete an hour after that moment.
    {
      record: 'host:network_bytes:usual',
      expr: usual((day) => `host:network_bytes:avg_hour offset ${day * 24 - 1}h`),
    },
  ];
}

/** The median over the last days, of at least three of them. */
function usual(on: (day: number) => string): string {
  const days = Array.from(
    { length: BASELINE_DAYS },
    (_, i) => `label_replace(${on(i + 1)}, "day", "${i + 1}", "", "")`,
  ).join(' or ');
  return `(quantile by (host_name) (0.5, ${days}) and count by (host_name) (${days}) >= ${LEAST_DAYS})`;
}

function days(): Recording[] {
  const day = (name: 'min' | 'max', of: string): Recording => {
    const hours = `(${stem(of)}:${name}_hour offset -30m)[24h:1h] offset 1h`;
    return {
      record: `${stem(of)}:${name}_day`,
      expr: `${name}_over_time(${hours}) and (count_over_time(${hours}) >= ${LEAST_HOURS}) and on () (hour() == 1)`,
    };
  };
  const lowest = 'host:tcp_connections:min_day';
  return [
    day('max', CONNECTIONS),
    day('max', RECEIVED),
    day('max', TRANSMITTED),
    day('min', CONNECTIONS),
    {
      record: 'host:tcp_connections:day_ratio',
      expr: `${lowest} / ((${lowest} offset 7d + ${lowest} offset 14d) / 2 > 0)`,
    },
    { record: 'host:tcp_connections:week_ratio', expr: `${lowest} / (${lowest} offset 7d > 0)` },
  ];
}

function normalPeaks(): Recording[] {
  return [CONNECTIONS, RECEIVED, TRANSMITTED].map((of) => {
    const peak = `(${stem(of)}:max_day offset -90m)`;
    const week = `${peak}[7d:1d] offset 2h`;
    const days = `quantile_over_time(0.5, ${week}) and count_over_time(${week}) >= ${LEAST_DAYS}`;
    const weekdays = [6, 13, 20, 27]
      .map(
        (ago, i) =>
          `label_replace(last_over_time(${peak}[1d:1d] offset ${ago}d), "week", "${i + 1}", "", "")`,
      )
      .join(' or ');
    const weekday = `quantile by (host_name) (0.5, ${weekdays}) and count by (host_name) (${weekdays}) >= 2`;
    return {
      record: `${stem(of)}:normal_peak`,
      expr: `max by (host_name) (label_replace(${days}, "of", "days", "", "") or label_replace(${weekday}, "of", "weekday", "", ""))`,
    };
  });
}

/** `host:tcp_connections:sum` without its operation. */
function stem(recorded: string): string {
  return recorded.slice(0, recorded.lastIndexOf(':'));
}
