/**
 * A server that never was: its habits, its noise and what goes wrong. It is written from what servers do and not from how
 * the alerts judge, so that it can be the judge of them. Shares are of the count at the height of an ordinary weekday.
 */
import type { Span } from '../calendar.js';

export interface SimulatedServer {
  /** An integer of 32 bits. */
  readonly seed: number;
  readonly habits: Habits;
  readonly incidents: readonly Incident[];
}

export interface Habits {
  /** Established connections at the height of an ordinary weekday on the day `since`. */
  readonly peak: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** When the height is: hour of the day in UTC. It is 2 in the afternoon for those whom the server serves. */
  readonly peakHour: number;
  /** The power of the day's curve: over 1 a narrow height, under 1 a narrow night. */
  readonly sharpness: number;
  /** Connections at the quietest time of the night. */
  readonly night: number;
  /** Saturdays, Sundays and holidays over the night's level, as a share of a weekday; half as much quieter at night. */
  readonly weekend: number;
  /** Standard deviation from one day to the next: of the logarithm, so about a share of the day. */
  readonly dayNoise: number;
  /** The same from one stretch of `wanderMillis` to the next within a day. */
  readonly wanderNoise: number;
  readonly wanderMillis: number;
  /** 0.01: by a hundredth each day. */
  readonly growth: number;
  /** How far the year's wave goes up and down. */
  readonly season: number;
  readonly batches: readonly Batch[];
  /** Weekdays that look like a Sunday, in days since 1970. */
  readonly holidays: readonly number[];
  /** Received by an active connection at the mean, bytes a second. */
  readonly receivedEach: number;
  readonly transmittedEach: number;
  /** Standard deviation of the logarithm of the bytes of each connection, from minute to minute. */
  readonly throughputNoise: number;
  /** How much of the ephemeral ports is in use at the height of the day, 0 to 1. */
  readonly portUtilization: number;
}

/** Work that comes at its time and adds connections with their traffic. */
export interface Batch {
  /** 0 is Sunday; `undefined`: each day. */
  readonly weekday: number | undefined;
  /** Of the day in UTC. */
  readonly hour: number;
  readonly minutes: number;
  readonly size: number;
}

/** All numbers are in connections, bytes and events, not shares. */
export type Incident = Span &
  (
    | /** Idle connections that nobody closes. At `to` the application is started anew, which closes them. */ {
        readonly kind: 'leak';
        readonly perHour: number;
      }
    /** So many clients more, who send so many bytes a second together. Reached at `from + rampMillis`. */
    | {
        readonly kind: 'flood';
        readonly connections: number;
        readonly receivedPerSecond: number;
        readonly rampMillis: number;
      }
    /** Handshakes that never end: cookies are sent and accept queues run over. */
    | { readonly kind: 'syn-flood'; readonly cookiesPerSecond: number; readonly overflowsPerSecond: number }
    /** Sent over connections that are there already. */
    | { readonly kind: 'transfer'; readonly transmittedPerSecond: number }
    /** The other side has closed, the application hasn't: connections go to CLOSE_WAIT, until it is started anew. */
    | { readonly kind: 'half-closed'; readonly perHour: number }
    /** Outgoing connections use up the ephemeral ports, evenly up to `utilization` at `to`, and give them back. */
    | { readonly kind: 'ports'; readonly utilization: number }
    /** More customers: connections and their traffic are `factor` times the ordinary, with a ramp at both ends. */
    | { readonly kind: 'surge'; readonly factor: number; readonly rampMillis: number }
    /** The application is away, and its clients return at `to`, within some times `returnMillis`, `rush` of them twice. */
    | { readonly kind: 'restart'; readonly returnMillis: number; readonly rush: number }
    /** The same of the whole server: nothing is collected, and the kernel's counters start anew. */
    | { readonly kind: 'reboot'; readonly returnMillis: number; readonly rush: number }
    /** Nothing is collected, but the server goes on. */
    | { readonly kind: 'gap' }
    /** The connection tables can't be read; everything else can. */
    | { readonly kind: 'failed-scan' }
  );

export type IncidentKind = Incident['kind'];
