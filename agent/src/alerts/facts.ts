/**
 * The numbers that rules are made of, each in the agent's words and in Prometheus's. The series whose names hold a colon
 * are recorded: prometheus/recording.ts.
 */
import type { Fact } from './expression.js';
import { HOUR, MINUTE } from './hours.js';
import { HOLD_MILLIS } from './signals.js';
import type { Evaluation, Signals } from './view.js';

/** Signals whose last hour rules look at. */
type Watched = 'connections' | 'received';

/** The span whose highest value is compared with the hour before it. */
const SUDDEN_MILLIS = 5 * MINUTE;

/** Of the host's own network namespace, where others are counted as well. */
export const OWN = 'scout_network_namespace=~"own|"';
const SCAN_SUCCESS = `scout_tcp_scan_success{${OWN}}`;

export const CONNECTIONS = 'host:tcp_connections:sum';
/** 1 where the connections are not known any more, but were within the last hour. */
export const LOST = 'host:tcp_connections:lost';
export const RECEIVED = 'host:network_received_bytes:rate';
export const TRANSMITTED = 'host:network_transmitted_bytes:rate';
export const THROUGHPUT = 'host:network_bytes:rate';

/** What of the hours and days is in force: see `SETTLE_MILLIS` in baseline.ts. */
export const IN_FORCE = {
  normalPeak: 'host:tcp_connections:normal_peak',
  normalPeakReceived: 'host:network_received_bytes:normal_peak',
  normalPeakTransmitted: 'host:network_transmitted_bytes:normal_peak',
  usualThroughput: 'host:network_bytes:usual',
  throughputRatio: 'host:network_bytes:hour_ratio',
  hourRatio: 'host:tcp_connections:hour_ratio',
  usualLowest: 'host:tcp_connections:hour_usual',
  lowestDayRatio: 'host:tcp_connections:day_ratio_lowest',
  medianDayRatio: 'host:tcp_connections:day_ratio_median',
  weeklySpread: 'host:tcp_connections:week_ratio_spread',
} as const;

export const HIGHEST: Readonly<Record<Watched, string>> = {
  connections: 'host:tcp_connections:max_5m',
  received: 'host:network_received_bytes:max_5m',
};
export const HOUR_BEFORE: Readonly<Record<Watched, string>> = {
  connections: 'host:tcp_connections:avg_hour_before',
  received: 'host:network_received_bytes:avg_hour_before',
};
const RECORDED: Readonly<Record<Watched, string>> = { connections: CONNECTIONS, received: RECEIVED };

export const connections: Fact = { promql: CONNECTIONS, of: ({ now }) => now.connections };

/** A rate holds over a gap as long as a gauge does. */
function lately(recorded: string, signal: keyof Omit<Signals, 'gauges'>): Fact {
  return {
    promql: `last_over_time(${recorded}[5m])`,
    of: ({ now, recent, time }) => {
      if (now[signal] !== undefined) return now[signal];
      for (let i = recent.length - 1; i >= 0; i--) {
        const past = recent[i] as Evaluation;
        if (past.time <= time - HOLD_MILLIS) return undefined;
        if (past[signal] !== undefined) return past[signal];
      }
      return undefined;
    },
  };
}

export const received = lately(RECEIVED, 'received');
export const transmitted = lately(TRANSMITTED, 'transmitted');
export const throughput = lately(THROUGHPUT, 'throughput');
export const acceptQueueFull = lately('host:tcp_accept_queue_full:rate', 'acceptQueueFull');
export const synCookies = lately('host:tcp_syn_cookies:rate', 'synCookies');

/** A gauge as `agent/src/alerts/reading.ts` names it. */
export function gauge(key: string, promql: string): Fact {
  return { promql, of: ({ now }) => now.gauges[key] };
}

/** The larger of the median of the daily peaks and that of the same weekday's peaks. */
export const normalPeak: Fact = {
  promql: IN_FORCE.normalPeak,
  of: ({ baseline }) => baseline.normalPeak.connections.value,
};
export const normalPeakReceived: Fact = {
  promql: IN_FORCE.normalPeakReceived,
  of: ({ baseline }) => baseline.normalPeak.received.value,
};
export const normalPeakTransmitted: Fact = {
  promql: IN_FORCE.normalPeakTransmitted,
  of: ({ baseline }) => baseline.normalPeak.transmitted.value,
};

/** The highest of the last five minutes. */
export function highest(signal: Watched): Fact {
  return {
    promql: HIGHEST[signal],
    of: (view) => {
      const { recent } = view;
      let peak: number | undefined;
      for (let i = after(recent, view.time - SUDDEN_MILLIS); i < recent.length; i++) {
        const value = recent[i]?.[signal];
        if (value !== undefined && (peak === undefined || value > peak)) peak = value;
      }
      return peak;
    },
  };
}

/** The mean of the hour before those. */
export function hourBefore(signal: Watched): Fact {
  return {
    promql: HOUR_BEFORE[signal],
    of: (view) => {
      const { recent } = view;
      const end = view.time - SUDDEN_MILLIS;
      const to = after(recent, end);
      let sum = 0;
      let readings = 0;
      for (let i = after(recent, end - HOUR); i < to; i++) {
        const value = recent[i]?.[signal];
        if (value === undefined) continue;
        sum += value;
        readings++;
      }
      return readings === 0 ? undefined : sum / readings;
    },
  };
}

/** What it was an hour ago: known where the hour before is more than its last minutes. */
export function anHourAgo(signal: Watched): Fact {
  return {
    promql: `${RECORDED[signal]} offset 1h`,
    of: (view) => {
      const time = view.time - HOUR;
      const last = view.recent[after(view.recent, time) - 1];
      return last !== undefined && last.time > time - HOLD_MILLIS ? last[signal] : undefined;
    },
  };
}

/** The lowest count of a complete hour, `ago` hours back, over what is usual at that hour. */
export function hourRatio(ago: number): Fact {
  const recorded = IN_FORCE.hourRatio;
  return {
    promql: ago === 0 ? recorded : `${recorded} offset ${ago}h`,
    of: ({ baseline }) => baseline.hourRatios[ago],
  };
}

/** What is usual as the lowest count of that hour. */
export function usualLowest(ago: number): Fact {
  const recorded = IN_FORCE.usualLowest;
  return {
    promql: ago === 0 ? recorded : `${recorded} offset ${ago}h`,
    of: ({ baseline }) => baseline.usualLowest[ago],
  };
}

/** Mean bytes a second of the last complete hour over what is usual at that hour, both ways. */
export const throughputRatio: Fact = {
  promql: IN_FORCE.throughputRatio,
  of: ({ baseline }) => baseline.throughputRatio,
};

/** Bytes a second that are usual in the hour that has begun, both ways. */
export const usualThroughput: Fact = {
  promql: IN_FORCE.usualThroughput,
  of: ({ baseline }) => baseline.usualThroughput,
};

export const lowestDayRatio: Fact = {
  promql: IN_FORCE.lowestDayRatio,
  of: ({ baseline }) => baseline.slowLeak.lowestRatio,
};
export const medianDayRatio: Fact = {
  promql: IN_FORCE.medianDayRatio,
  of: ({ baseline }) => baseline.slowLeak.medianRatio,
};
export const weeklySpread: Fact = {
  promql: IN_FORCE.weeklySpread,
  of: ({ baseline }) => baseline.slowLeak.spread,
};

/** 1 where no scan has succeeded in the last few cycles, though one was tried in the last hour. */
export function blindness(window: string): Fact {
  const tried = `max by (host_name) (present_over_time(${SCAN_SUCCESS}[1h]))`;
  const seen = `(min by (host_name) (max_over_time(${SCAN_SUCCESS}[${window}])) == 1)`;
  return {
    promql: `(${tried} unless ${seen})`,
    of: ({ sees }) => (sees() === false ? 1 : undefined),
  };
}

/** The place of the first evaluation after a time. */
function after(recent: readonly Evaluation[], time: number): number {
  let [low, high] = [0, recent.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((recent[middle] as Evaluation).time > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
