/** A host whose cycles are made up by a test and judged by the engine, as the agent would. */
import type { AlertChange } from '../../src/alerts/alert.js';
import { START, type State, step } from '../../src/alerts/engine.js';
import { gaugeKey, type Reading } from '../../src/alerts/reading.js';
import type { Rule } from '../../src/alerts/rule.js';
import { rulesOf } from '../../src/alerts/rules/index.js';
import { type AlertSettings, DEFAULT_ALERTS } from '../../src/alerts/settings.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A Monday. */
export const BEGIN = Date.UTC(2026, 0, 5);

export interface Moment {
  readonly connections?: number;
  readonly closeWait?: number;
  readonly utilization?: number;
  /** Bytes a second. */
  readonly received?: number;
  readonly transmitted?: number;
  /** Events a second. */
  readonly cookies?: number;
  readonly scanned?: boolean;
}

export class JudgedHost {
  readonly #rules: readonly Rule[];
  readonly #interval: number;
  readonly #totals = { received: 1e9, transmitted: 1e9, cookies: 0 };
  state: State = START;
  time: number;
  readonly changes: AlertChange[] = [];

  constructor(settings: Partial<AlertSettings> = {}, interval = MINUTE, begin = BEGIN) {
    this.#rules = rulesOf({ ...DEFAULT_ALERTS, ...settings }, interval);
    this.#interval = interval;
    this.time = begin;
  }

  /** What changes in the cycles of a span; what a moment does not say is ordinary. */
  live(millis: number, moment: (time: number) => Moment | undefined): string[] {
    const first = this.changes.length;
    for (const end = this.time + millis; this.time < end; ) {
      this.time += this.#interval;
      const given = moment(this.time);
      this.judge(this.time, given && this.#reading(this.time, given));
    }
    return this.changes.slice(first).map(({ rule, severity, kind }) => `${kind} ${rule} ${severity}`);
  }

  judge(time: number, reading: Reading | undefined): void {
    const { state, changes } = step(this.state, this.#rules, time, reading, this.#interval);
    this.state = state;
    this.changes.push(...changes);
  }

  firing(): string[] {
    return Object.entries(this.state.alerts)
      .filter(([, { phase }]) => phase === 'firing')
      .map(([key]) => key);
  }

  #reading(time: number, { scanned = true, ...moment }: Moment): Reading {
    const { connections = 1000, closeWait = 0, received = 1e6, transmitted = 1e6, cookies = 0 } = moment;
    const seconds = this.#interval / 1000;
    this.#totals.received += received * seconds;
    this.#totals.transmitted += transmitted * seconds;
    this.#totals.cookies += cookies * seconds;
    const gauges = {
      [gaugeKey('system.network.connection.count', 'established')]: connections,
      [gaugeKey('system.network.connection.count', 'close_wait')]: closeWait,
      ...(moment.utilization === undefined
        ? {}
        : { [gaugeKey('scout.tcp.port.utilization')]: moment.utilization }),
    };
    return {
      time,
      scans: { ipv4: scanned, ipv6: true },
      gauges: scanned ? gauges : {},
      counters: {
        received: { eth0: this.#totals.received },
        transmitted: { eth0: this.#totals.transmitted },
        acceptQueueFull: {},
        synCookies: { '': this.#totals.cookies },
      },
    };
  }
}

/** Connections of an ordinary day: 300 at midnight, 1,000 at noon. */
export function ordinary(time: number): number {
  const share = 0.5 - 0.5 * Math.cos(((time % DAY) / DAY) * 2 * Math.PI);
  return Math.round(300 + 700 * share);
}

export const ordinaryMoment = (time: number): Moment => ({ connections: ordinary(time) });
