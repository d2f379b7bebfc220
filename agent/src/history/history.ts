import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { LocalReader } from '../local-branch.js';
import { log } from '../log.js';
import type { ColumnsOfSeries } from './columns.js';
import type {
  Answer,
  AnswerTo,
  BucketsQuestion,
  FromThread,
  HistorySettings,
  Question,
  ToThread,
} from './messages.js';
import type { PageQuestion } from './page.js';
import type { Cycle } from './store.js';

/** Cycles on their way to a thread that is slow: a disk that hangs takes no more memory than these. */
const MAX_WAITING = 60;

interface Asked {
  resolve(answer: AnswerTo<Question>): void;
  reject(reason: Error): void;
}

/** Keeps cycles on disk, and answers what they were. Where the disk fails, the log says so and counting goes on. */
export class History implements LocalReader {
  readonly #intervalMillis: number;
  readonly #thread: Worker;
  readonly #closed: Promise<void>;
  readonly #asked = new Map<number, Asked>();
  #questions = 0;
  #waiting = 0;
  #dropped = 0;
  #ended: Error | undefined;

  constructor(settings: HistorySettings, intervalMillis: number) {
    this.#intervalMillis = intervalMillis;
    this.#thread = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: settings,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
    });
    this.#thread.on('message', (message: FromThread) => this.#hear(message));
    this.#thread.on('error', (error) => {
      log.warn(`no history is kept: ${(error as Error).message}`);
      this.#end(error as Error);
    });
    this.#closed = new Promise((resolve) => {
      this.#thread.on('exit', () => {
        this.#end(new Error('the history is closed'));
        resolve();
      });
    });
  }

  take(cycle: Cycle): void {
    if (this.#ended !== undefined) return;
    if (this.#waiting === MAX_WAITING) {
      if (this.#dropped++ === 0) log.warn('the history is too slow: cycles are missing in it');
      return;
    }
    this.#waiting++;
    this.#say({ kind: 'append', cycle });
  }

  /** All series over a range, as JSON: a {@link Buckets}. Rejects where the history can't be read. */
  async buckets(question: Omit<BucketsQuestion, 'intervalMillis'>): Promise<Uint8Array<ArrayBuffer>> {
    const intervalMillis = this.#intervalMillis;
    return (await this.#ask({ about: 'buckets', ...question, intervalMillis })).bytes;
  }

  /** A page of an export. Rejects where the history can't be read. */
  page(question: PageQuestion): Promise<Answer> {
    return this.#ask({ about: 'page', ...question });
  }

  /**
   * The hours that begin within a range, in UTC, for as long as `history.retention` keeps them; the one that goes on is told
   * as far as it has come. Rejects where the history can't be read.
   * @param from milliseconds since 1970
   * @param to is not part of it any more
   * @param names of the metrics whose series are wanted
   */
  hours(from: number, to: number, names: readonly string[]): Promise<readonly ColumnsOfSeries[]> {
    return this.#ask({ about: 'columns', every: 'hour', from, to, names });
  }

  /** The same of minutes, which are kept for 35 days where the retention is not shorter. */
  minutes(from: number, to: number, names: readonly string[]): Promise<readonly ColumnsOfSeries[]> {
    return this.#ask({ about: 'columns', every: 'minute', from, to, names });
  }

  async drain(timeoutMillis: number): Promise<void> {
    if (this.#ended !== undefined) return;
    const settled = new AbortController();
    const patience = wait(timeoutMillis, 'too slow' as const, { signal: settled.signal }).catch(
      () => undefined,
    );
    this.#say({ kind: 'close' });
    if ((await Promise.race([this.#closed, patience])) === 'too slow') {
      log.warn(`the history took too long to close: ${this.#waiting} of its cycles may be missing`);
      await this.#thread.terminate();
    }
    settled.abort();
  }

  #ask<Asking extends Question>(question: Asking): Promise<AnswerTo<Asking>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#questions++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as Asked['resolve'], reject });
      this.#say({ kind: 'ask', id, question });
    });
  }

  #say(message: ToThread): void {
    this.#thread.postMessage(message);
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'log':
        log[message.level](message.text);
        break;
      case 'taken':
        this.#waiting--;
        if (this.#dropped === 0 || this.#waiting > 0) break;
        log.info(`the history takes cycles again; missing in it: ${this.#dropped}`);
        this.#dropped = 0;
        break;
      case 'answer':
        this.#asked.get(message.id)?.resolve(message.answer);
        this.#asked.delete(message.id);
        break;
      case 'refusal':
        this.#asked.get(message.id)?.reject(new Error(message.message));
        this.#asked.delete(message.id);
        break;
    }
  }

  #end(reason: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    for (const asked of this.#asked.values()) asked.reject(reason);
    this.#asked.clear();
  }
}
