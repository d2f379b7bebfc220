/** What the agent's main thread and the history's thread say to each other. */
import type { Range } from './query.js';
import type { Cycle } from './store.js';

export interface HistorySettings {
  readonly directory: string;
  /** How long the hourly values are kept, in milliseconds. */
  readonly retentionMillis: number;
}

/** Series over a range. */
export interface BucketsQuestion extends Range {
  /** Buckets of each series at most. */
  readonly most: number;
  /** Names of the metrics whose series are wanted; all where absent. */
  readonly names?: readonly string[] | undefined;
  /** Whether the buckets themselves are left out of the answer. */
  readonly summaryOnly?: boolean | undefined;
  /** The buckets are not narrower. */
  readonly intervalMillis: number;
}

export type ToThread =
  | { readonly kind: 'append'; readonly cycle: Cycle }
  | { readonly kind: 'ask'; readonly id: number; readonly question: BucketsQuestion }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly text: string }
  /** A cycle was taken: written, or given up with a line of the log. */
  | { readonly kind: 'taken' }
  /** JSON in UTF-8, ready to be sent on. */
  | { readonly kind: 'answer'; readonly id: number; readonly json: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string };
