import { log } from '../log.js';

/** Answers that are worth another try; any other status is a batch that no Collector will ever take (OTLP 1.x). */
const RETRYABLE_STATUS = new Set([429, 502, 503, 504]);

export type Failure = 'try again' | 'refused';

/** What is known of the way to an OTLP endpoint. The log gets one line for each change, not one for each cycle. */
export class Link {
  readonly #endpoint: string;
  #state: 'up' | Failure = 'up';
  #lost = 0;

  /** @param endpoint as the log names it, without secrets */
  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** @param late cycles that could not be sent in time and follow now */
  succeeded(late: number): void {
    if (this.#state !== 'up' || this.#lost > 0) {
      log.info(
        `${this.#endpoint} takes metrics again; ${cycles(late)} sent late, ${cycles(this.#lost)} lost`,
      );
    }
    this.#state = 'up';
    this.#lost = 0;
  }

  /** @param affected cycles in the batch that failed */
  failed(error: Error | undefined, affected: number): Failure {
    const status = httpStatus(error);
    const failure = status === undefined || RETRYABLE_STATUS.has(status) ? 'try again' : 'refused';
    if (failure === 'refused') this.#lost += affected;
    if (this.#state !== failure) {
      const consequence =
        failure === 'refused'
          ? 'what it refuses is lost'
          : 'counting goes on, and the newest cycles wait for it';
      log.warn(`${this.#endpoint} takes no metrics: ${reason(error)}; ${consequence}`);
    }
    this.#state = failure;
    return failure;
  }

  /** A cycle had to give way to newer ones. */
  dropped(): void {
    this.#lost++;
  }

  /** @param unsent cycles that the stop leaves behind */
  stopped(unsent: number): void {
    const missing = this.#lost + unsent;
    if (missing > 0) log.warn(`stopping: ${cycles(missing)} did not reach ${this.#endpoint}`);
  }
}

/** The exporter's error for an HTTP answer has its status as `code`; network errors have a string there. */
function httpStatus(error: Error | undefined): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}

/** The cause in one line; `Error` of a failed connection to several addresses has an empty message of its own. */
function reason(error: Error | undefined): string {
  if (error instanceof AggregateError) return error.errors.map((each: Error) => each.message).join(', ');
  const status = httpStatus(error);
  const body = status === undefined ? '' : String((error as { data?: unknown }).data ?? '');
  return `${status ?? ''} ${error?.message ?? 'no reason given'} ${body}`
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}

function cycles(count: number): string {
  return count === 1 ? '1 cycle' : `${count} cycles`;
}
