/** One incident of each kind, as large as the host is used to being busy, and its label. */
import { DAY, HOUR, MINUTE, SECOND } from '../../test/support/calendar.js';
import type { Randomness } from '../../test/support/randomness.js';
import { normalPeak } from '../../test/support/simulation/load.js';
import type { Habits, Incident } from '../../test/support/simulation/server.js';
import type { Truth } from './server-month.js';

export interface Labelled {
  readonly incidents: readonly Incident[];
  readonly truth: Truth;
}

/** On a host with such habits, from a time on. */
export type DrawIncident = (random: Randomness, habits: Habits, from: number) => Labelled;

/** Rises by a share of the normal peak each hour, for a day. */
export function fastLeak(shareAnHour: number): DrawIncident {
  return (_random, habits, from) => {
    const to = from + DAY;
    const perHour = shareAnHour * normalPeak(habits, from);
    return {
      incidents: [{ kind: 'leak', from, to, perHour }],
      truth: { kind: 'fast leak', from, full: from, to },
    };
  };
}

/** Rises by a share of the normal peak each day, for 15 days. */
export function slowLeak(shareADay: number): DrawIncident {
  return (_random, habits, from) => {
    const to = from + 15 * DAY;
    const perHour = (shareADay * normalPeak(habits, from)) / 24;
    return {
      incidents: [{ kind: 'leak', from, to, perHour }],
      truth: { kind: 'slow leak', from, full: from, to },
    };
  };
}

/**
 * Connections and received bytes rise by 2 to 19 times their normal peak, so to 3 to 20 times at the height of the day.
 * Not by a multiple of the moment's: who attacks doesn't care how many clients there are. For the same reason they are
 * at least 300: fewer are no flood on any host.
 */
export const flood: DrawIncident = (random, habits, from) => {
  const peak = normalPeak(habits, from);
  const rampMillis = random.logBetween(2, 60) * SECOND;
  const to = from + random.logBetween(10, 120) * MINUTE;
  const connections = Math.max(300, (random.logBetween(3, 20) - 1) * peak);
  const receivedPerSecond = Math.max(300, (random.logBetween(3, 20) - 1) * peak) * habits.receivedEach;
  return {
    incidents: [{ kind: 'flood', from, to, connections, receivedPerSecond, rampMillis }],
    truth: { kind: 'flood', from, full: from + rampMillis, to },
  };
};

/** Connections without bytes; the server's real clients find it busy, and fewer of them get through. */
export const idleFlood: DrawIncident = (random, habits, from) => {
  const rampMillis = random.logBetween(5, 600) * SECOND;
  const to = from + random.between(1, 4) * HOUR;
  const connections = Math.max(300, random.logBetween(1, 5) * normalPeak(habits, from));
  return {
    incidents: [
      { kind: 'flood', from, to, connections, receivedPerSecond: 2 * connections, rampMillis },
      { kind: 'surge', from, to, factor: random.between(0.3, 1), rampMillis: 10 * MINUTE },
    ],
    truth: { kind: 'idle flood', from, full: from + rampMillis, to },
  };
};

export const synFlood: DrawIncident = (random, _habits, from) => {
  const to = from + random.logBetween(10, 120) * MINUTE;
  return {
    incidents: [
      {
        kind: 'syn-flood',
        from,
        to,
        cookiesPerSecond: random.logBetween(50, 5_000),
        overflowsPerSecond: random.logBetween(10, 1_000),
      },
      { kind: 'surge', from, to, factor: random.between(0.5, 1), rampMillis: 5 * MINUTE },
    ],
    truth: { kind: 'SYN flood', from, full: from, to },
  };
};

export const heavyTransfer: DrawIncident = (random, habits, from) => {
  const to = from + random.between(1, 4) * HOUR;
  const normal = normalPeak(habits, from) * habits.transmittedEach;
  return {
    incidents: [{ kind: 'transfer', from, to, transmittedPerSecond: random.logBetween(2, 8) * normal }],
    truth: { kind: 'heavy transfer', from, full: from, to },
  };
};

/** There is enough of it where both limits of the alert are passed at the height of the day: 100, and 20 % of the others. */
export const halfClosed: DrawIncident = (random, habits, from) => {
  const enough = Math.max(100, 0.2 * normalPeak(habits, from));
  const perHour = enough * random.logBetween(0.5, 4);
  const full = from + (enough / perHour) * HOUR;
  const to = full + 3 * HOUR;
  return {
    incidents: [{ kind: 'half-closed', from, to, perHour }],
    truth: { kind: 'half closed', from, full, to },
  };
};

/** All are used up at its end, in half an hour to six. */
export const portsRunningOut: DrawIncident = (random, _habits, from) => {
  const to = from + random.logBetween(0.5, 6) * HOUR;
  const full = from + 0.8 * (to - from);
  return {
    incidents: [{ kind: 'ports', from, to, utilization: 1 }],
    truth: { kind: 'ports', from, full, to },
  };
};

/** Good business: to be told is right, and not to be told is no miss. */
export const legitimateSurge: DrawIncident = (random, _habits, from) => {
  const to = from + random.between(0.5, 4) * HOUR;
  const rampMillis = random.between(5, 20) * MINUTE;
  return {
    incidents: [{ kind: 'surge', from, to, factor: random.logBetween(2, 6), rampMillis }],
    truth: { kind: 'legitimate surge', from, full: from + rampMillis, to },
  };
};
