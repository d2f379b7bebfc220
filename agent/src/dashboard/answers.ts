/** What the API answers, for its readers to import. Times are milliseconds since 1970. */
import type { AlertEvent } from '../alerts/event.js';
import type { RuleReport } from '../alerts/report.js';
import type { LinkReport } from '../export/link.js';
import type { Buckets, BucketsOfSeries, Range } from '../history/query.js';

/** `GET /api/series`. */
export type SeriesAnswer = Buckets;

/** `GET /api/summary`. */
export interface SummaryAnswer extends Range {
  readonly series: readonly SummaryOfSeries[];
}

export interface SummaryOfSeries extends Omit<BucketsOfSeries, 'buckets'> {
  /** In the last cycle. */
  readonly current?: number;
}

/** `GET /api/status`. */
export interface StatusAnswer {
  readonly version: string;
  readonly host: string;
  readonly now: number;
  readonly startedAt: number;
  readonly intervalMillis: number;
  readonly retentionMillis: number;
  /** What is exported, by the names of the configuration. */
  readonly metrics: readonly string[];
  readonly collector: CollectorReport;
  readonly health: Health;
  /** YAML, without secrets. */
  readonly configuration: string;
}

/** `GET /api/alerts`. */
export interface AlertsAnswer {
  /** Each rule as the last cycle was judged. */
  readonly rules: readonly RuleReport[];
  /** What has fired, the oldest first. */
  readonly events: readonly AlertEvent[];
  /** Nobody is told of anything before then. */
  readonly silencedUntil?: number | undefined;
  /** The rules in force as YAML. */
  readonly configuration: string;
}

/** A rule that is not inactive. */
export type ActiveAlert = Pick<RuleReport, 'rule' | 'severity' | 'state'>;

/** One event of `GET /api/events`. */
export interface CycleEvent {
  readonly time: number;
  readonly series: readonly CurrentValue[];
  readonly collector: CollectorReport;
  readonly health: Health;
  /** What is pending or fires; absent where nothing is judged. */
  readonly alerts?: readonly ActiveAlert[] | undefined;
}

export interface CurrentValue {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** `off`: nothing is sent over OTLP. */
export type CollectorReport = LinkReport | { readonly state: 'off' };

/** `GET /healthz`, with status 200 or 503. */
export interface Health {
  readonly healthy: boolean;
  readonly reasons: readonly string[];
}

/** Of every status from 400 on. */
export interface Refusal {
  /** A sentence to show. */
  readonly error: string;
}
