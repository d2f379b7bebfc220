import type { Hourly } from '../../agent/src/alerts/baseline.js';
import type { Hour } from '../../agent/src/alerts/hours.js';
import type { AlertSettings } from '../../agent/src/alerts/settings.js';

/** How hosts are judged. */
export interface Configuration {
  readonly settings: AlertSettings;
  readonly intervalMillis: number;
}

/** What happened on one host, for both engines to judge. Times are in milliseconds since 1970. */
export interface Case {
  /** Of the host, in Prometheus's label. */
  readonly name: string;
  /** Both judge at the multiples of the interval after `from`, up to and with `to`. */
  readonly from: number;
  readonly to: number;
  /** What is known of the time before `from`: complete hours, the oldest first. */
  readonly hours: Readonly<Record<Hourly, readonly Hour[]>>;
  /** At multiples of the interval, in their order; what is missing was not collected. */
  readonly collected: readonly Collected[];
}

/** Of one cycle. */
export interface Collected {
  readonly time: number;
  /** When it reached Prometheus, where that was later. */
  readonly arrival?: number | undefined;
  /** By family; `undefined` where its table could not be read. */
  readonly ipv4: Counts | undefined;
  readonly ipv6: Counts | undefined;
  readonly portUtilization: number | undefined;
  /** Counters. */
  readonly receivedBytes: number;
  readonly transmittedBytes: number;
  readonly acceptQueueFull: number;
  readonly synCookies: number;
}

interface Counts {
  readonly established: number;
  readonly closeWait: number;
}

/** When each alert fires: `rule severity` to the times of all evaluations in which it does, in their order. */
export type Firing = ReadonlyMap<string, readonly number[]>;

export function evaluations({ from, to }: Case, intervalMillis: number): number[] {
  const first = Math.floor(from / intervalMillis) + 1;
  const last = Math.floor(to / intervalMillis);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * intervalMillis);
}
