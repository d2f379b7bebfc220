/** What the agent's main thread and the history's thread say to each other. */
import type { ColumnsOfSeries, ColumnsQuestion } from './columns.js';
import type { PageQuestion, Place } from './page.js';
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
  /** Whether the answer is to be compressed. */
  readonly gzip?: boolean | undefined;
  /** The buckets are not narrower. */
  readonly intervalMillis: number;
}

export type Question =
  | ({ readonly about: 'buckets' } & BucketsQuestion)
  | ({ readonly about: 'page' } & PageQuestion)
  | ({ readonly about: 'columns' } & ColumnsQuestion);

/** In UTF-8, compressed where that was asked for, ready to be sent on. */
export interface Answer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of a page: where the next one begins. */
  readonly next: Place | undefined;
}

export type AnswerTo<Asked extends Question> = Asked extends { readonly about: 'columns' }
  ? readonly ColumnsOfSeries[]
  : Answer;

export type ToThread =
  | { readonly kind: 'append'; readonly cycle: Cycle }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly text: string }
  /** A cycle was taken: written, or given up with a line of the log. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: AnswerTo<Question> }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string };
