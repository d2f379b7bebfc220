import type { Severity } from './alert.js';
import { MINUTE } from './hours.js';

/** Which rules are judged, and from where on they fire. Shares are of 1. */
export interface AlertSettings {
  /** Whether connections are judged by what is normal for this host, or by how fast they rise alone. */
  readonly mode: 'normal_peak' | 'rate_of_change';
  /** Fewer connections are never too many. */
  readonly floor: number;
  readonly 'above-normal-peak': Rated<{
    readonly warning: number;
    readonly critical: number;
    /** Too many while there is no normal peak yet. */
    readonly fixed: number | undefined;
  }>;
  readonly 'rising-fast': Rated<{
    /** By so much of the mean of the hour before. */
    readonly rise: number;
    /** And by so many connections. */
    readonly least: number;
  }>;
  readonly 'leak-fast': Rated<{ readonly share: number }>;
  readonly 'leak-slow': Rated<{ readonly lowest: number; readonly median: number }>;
  readonly 'half-closed': Rated<{ readonly above: number; readonly share: number }>;
  readonly 'ports-running-out': Rated<{ readonly warning: number; readonly critical: number }>;
  readonly flood: Rated<{
    readonly share: number;
    /** Full accept queues and SYN cookies a second. */
    readonly events: number;
  }>;
  readonly 'idle-connections': Rated<{ readonly share: number }>;
  readonly 'heavy-transfer': Rated<{ readonly share: number }>;
  readonly blind: Rated<object>;
  readonly own: readonly OwnRule[];
}

type Rated<T> = (T & { readonly forMillis: number }) | undefined;

export type RuleName = Exclude<keyof AlertSettings, 'mode' | 'floor' | 'own'>;

/** A threshold of one's own. */
export interface OwnRule {
  readonly name: string;
  readonly severity: Severity;
  readonly metric: OwnMetric;
  /** The state, or the local port, where the metric has one. */
  readonly of: string | undefined;
  readonly above: number;
  readonly forMillis: number;
}

export type OwnMetric =
  | 'system.network.connection.count'
  | 'scout.tcp.port.connections'
  | 'scout.tcp.port.utilization';

export const DEFAULT_ALERTS: AlertSettings = {
  mode: 'normal_peak',
  floor: 100,
  'above-normal-peak': { warning: 1.5, critical: 2, fixed: undefined, forMillis: 5 * MINUTE },
  'rising-fast': { rise: 1, least: 100, forMillis: MINUTE },
  'leak-fast': { share: 0.15, forMillis: 0 },
  'leak-slow': { lowest: 1.1, median: 1.2, forMillis: 0 },
  'half-closed': { above: 100, share: 0.2, forMillis: 15 * MINUTE },
  'ports-running-out': { warning: 0.8, critical: 0.95, forMillis: MINUTE },
  flood: { share: 2, events: 10, forMillis: 0 },
  'idle-connections': { share: 1.5, forMillis: 10 * MINUTE },
  'heavy-transfer': { share: 1.5, forMillis: 30 * MINUTE },
  blind: { forMillis: 0 },
  own: [],
};
