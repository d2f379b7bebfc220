import { OTLPExporterError } from '@opentelemetry/otlp-exporter-base';
import { redactUrl } from '../config/endpoint.js';
import { log } from '../log.js';
import type { Answer } from './answer.js';

export type Failure = 'try again' | 'refused';

/** What is known of the way to an endpoint, for others to show. */
export interface LinkReport {
  /** `waiting` until the first answer or failure. */
  readonly state: 'waiting' | 'up' | 'unreachable' | 'refusing';
  /** Without secrets. */
  readonly endpoint: string;
  /** When it came into this state, in milliseconds since 1970. */
  readonly since: number;
  /** What is wrong, also where it is up but doesn't take everything. */
  readonly reason?: string;
}

/** What is known of the way to an OTLP endpoint. The log gets one line for each change, not one for each cycle. */
export class Link {
  readonly #endpoint: string;
  readonly #secrets: readonly string[];
  #state: 'waiting' | 'up' | Failure = 'waiting';
  #since = Date.now();
  /** Why nothing is taken. */
  #failure: string | undefined;
  #lost = 0;
  #answer: Answer = { kind: 'taken' };
  #rejected = 0;

  /** @param url may hold secrets: a query, or a password; the log gets neither, though an answer may repeat them */
  constructor(url: string) {
    const { search, password } = new URL(url);
    this.#endpoint = redactUrl(url);
    // A shorter text is no secret, and to replace it would tear up words.
    this.#secrets = [search.slice(1), password].filter(({ length }) => length > 3);
  }

  /** @param late cycles that could not be sent in time and follow now */
  succeeded(late: number): void {
    if (this.#lost > 0 || !['waiting', 'up'].includes(this.#state)) {
      log.info(
        `${this.#endpoint} takes metrics again; ${cycles(late)} sent late, ${cycles(this.#lost)} lost`,
      );
      // An answer that is no Collector's has a line of its own.
    } else if (this.#state === 'waiting' && this.#answer.kind !== 'not OTLP')
      log.info(`${this.#endpoint} takes metrics`);
    this.#enter('up');
    this.#failure = undefined;
    this.#lost = 0;
  }

  /** Comes before {@link succeeded}: a 200 need not mean that everything arrived, or that a Collector gave it. */
  answered(answer: Answer): void {
    if (answer.kind === 'rejected') this.#rejected += answer.points;
    const before = this.#answer;
    this.#answer = answer;
    if (answer.kind === before.kind) return;
    this.#since = Date.now();
    if (answer.kind === 'taken') {
      log.info(`${this.#endpoint} takes every point again; ${points(this.#rejected)} rejected until now`);
      this.#rejected = 0;
    } else log.warn(`${this.#endpoint} ${this.#complaint(answer)}`);
  }

  /** @param affected cycles in the batch that failed */
  failed(error: Error | undefined, affected: number): Failure {
    const failure = httpStatus(error) === undefined ? 'try again' : 'refused';
    if (failure === 'refused') this.#lost += affected;
    if (this.#state !== failure) {
      const consequence =
        failure === 'refused'
          ? 'what it refuses is lost'
          : 'counting goes on, and the newest cycles wait for it';
      this.#failure = `takes no metrics: ${this.#reason(error)}; ${consequence}`;
      log.warn(`${this.#endpoint} ${this.#failure}`);
    }
    this.#enter(failure);
    return failure;
  }

  /** What to show of it now. */
  report(): LinkReport {
    const state =
      this.#state === 'try again'
        ? 'unreachable'
        : this.#state === 'refused' || (this.#state === 'up' && this.#answer.kind === 'not OTLP')
          ? 'refusing'
          : this.#state;
    const reason =
      this.#failure ?? (this.#answer.kind === 'taken' ? undefined : this.#complaint(this.#answer));
    return { state, endpoint: this.#endpoint, since: this.#since, ...(reason && { reason }) };
  }

  #enter(state: 'up' | Failure): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = Date.now();
  }

  /** A cycle had to give way to newer ones. */
  dropped(): void {
    this.#lost++;
  }

  /** @param unsent cycles that the stop leaves behind */
  stopped(unsent: number): void {
    const missing = this.#lost + unsent;
    if (missing > 0) log.warn(`stopping: ${cycles(missing)} did not reach ${this.#endpoint}`);
    if (this.#rejected > 0) log.warn(`stopping: ${this.#endpoint} rejected ${points(this.#rejected)}`);
  }

  /** What others say, without our secrets, and fit for a line of the log and for a terminal. */
  #quote(text: string, length = 300): string {
    return this.#secrets
      .reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text.slice(0, 10_000))
      .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
      .trim()
      .slice(0, length);
  }

  #complaint(answer: Exclude<Answer, { kind: 'taken' }>): string {
    if (answer.kind === 'not OTLP') {
      const begins = JSON.stringify(this.#quote(answer.body, 60));
      return `answers 200 with something else than OTLP, beginning ${begins}; a proxy or a login page may answer in place of a Collector, and then nothing arrives`;
    }
    const said = this.#quote(answer.reason);
    if (answer.points === 0) return `takes metrics and warns: ${said}`;
    return `rejects ${points(answer.points)} of a batch that it takes: ${said}; what it rejects is lost`;
  }

  /** The cause in one line; `Error` of a failed connection to several addresses has an empty message of its own. */
  #reason(error: Error | undefined): string {
    if (error instanceof AggregateError) return error.errors.map((each: Error) => each.message).join(', ');
    const status = httpStatus(error);
    if (error instanceof OTLPExporterError && status === undefined) {
      return "it is too busy, or what stands before it can't reach it (it answers 429, 502, 503 or 504)";
    }
    const message = error?.message ?? 'no reason given';
    // OpenSSL's own words for an answer that begins like "HTTP/1.1".
    if (/wrong version number|packet length too long/.test(message)) {
      return 'TLS was begun with a server that speaks none; the endpoint or the proxy is probably http, not https';
    }
    const body = status === undefined ? '' : String((error as { data?: unknown }).data ?? '');
    return this.#quote(`${status ?? ''} ${message} ${body}`);
  }
}

/**
 * The status of an answer that no repetition will better. The exporter gives it as `code`; for the statuses that are
 * worth another try (429, 502, 503, 504, by OTLP 1.x) it gives none, and for network errors a text.
 */
function httpStatus(error: Error | undefined): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}

function cycles(count: number): string {
  return count === 1 ? '1 cycle' : `${count} cycles`;
}

function points(count: number): string {
  return count === 1 ? '1 point' : `${count} points`;
}
