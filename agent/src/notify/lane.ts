import * as z from 'zod';
import { log } from '../log.js';
import type { Answer } from './answer.js';
import { backoff, GIVE_UP_MILLIS } from './backoff.js';
import type { Channel } from './channels/channel.js';
import { fold } from './fold.js';
import type { Message } from './message.js';
import { type Notification, notificationSchema } from './notification.js';

/** More that wait are of no use to anybody: they come as one message. */
const MOST_PENDING = 200;

export const laneSchema = z.object({
  /** What waits, the oldest first. */
  pending: z.array(notificationSchema),
  /** Attempts in a row that failed. */
  failures: z.number(),
  /** When the last of them was, and no other before when: milliseconds since 1970. */
  failedAt: z.number().default(0),
  notBefore: z.number(),
});
export type LaneState = Readonly<z.infer<typeof laneSchema>>;

export const EMPTY_LANE: LaneState = { pending: [], failures: 0, failedAt: 0, notBefore: 0 };

export interface LaneOptions {
  readonly channel: Channel;
  readonly wordsOf: (notification: Notification) => Message;
  /** Whether something may be told now; what may not goes on waiting. */
  readonly mayTell?: (notification: Notification) => boolean;
  /** The state is another one. */
  readonly changed: () => void;
  /** @default backoff, with a random part */
  readonly delay?: (failures: number, retryAfterMillis: number | undefined) => number;
}

/** Takes what is to be told to one channel, one message after another, however long that is out of reach. */
export class Lane {
  readonly #options: Required<LaneOptions>;
  readonly #stop = new AbortController();
  #state: LaneState;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;

  constructor(options: LaneOptions, state: LaneState) {
    this.#options = {
      mayTell: () => true,
      delay: (failures, retryAfterMillis) => backoff(failures, retryAfterMillis, Math.random()),
      ...options,
    };
    this.#state = state;
  }

  get state(): LaneState {
    return this.#state;
  }

  /** Sends what waits and may be told by now. */
  goOn(): void {
    this.#go();
  }

  add(notification: Notification): void {
    const pending = [...this.#state.pending, notification];
    const dropped = pending.length - MOST_PENDING;
    if (dropped > 0) this.#log(`${MOST_PENDING} messages wait already: the oldest is dropped`);
    this.#set({ pending: pending.slice(-MOST_PENDING) });
    this.#go();
  }

  /** Waits for the attempt that is under way, and ends it after `timeoutMillis`; what waits stays in the state. */
  async drain(timeoutMillis: number): Promise<void> {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => this.#stop.abort(), timeoutMillis);
    await this.#sending;
    clearTimeout(timer);
    this.#stop.abort();
  }

  #go(): void {
    if (this.#sending !== undefined || this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    if (this.#due().length === 0) return;
    const now = Date.now();
    // Where the clock was put back behind the last attempt, nobody knows how long that has been waiting.
    const wait = now < this.#state.failedAt ? 0 : this.#state.notBefore - now;
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#go(), wait).unref();
      return;
    }
    this.#sending = this.#attempt()
      .catch((error: Error) => this.#failed({ outcome: 'retry', said: String(error.stack) }, 'a message'))
      .finally(() => {
        this.#sending = undefined;
        this.#go();
      });
  }

  async #attempt(): Promise<void> {
    this.#forgetOld();
    const due = this.#due();
    // After an outage nobody wants them one by one.
    const [first, ...rest] = this.#state.failures > 0 ? due : due.slice(0, 1);
    if (first === undefined) return;
    const batch = [first, ...rest] as const;
    const { channel, wordsOf } = this.#options;
    const notification = fold(batch);
    const message = wordsOf(notification);
    const answer = await channel.send(message, notification, this.#stop.signal);
    if (answer.outcome === 'retry') return this.#failed(answer, message.subject);
    if (answer.outcome === 'refused')
      this.#log(`refused "${message.subject}", which is given up: ${answer.said}`);
    else log.info(`told by ${channel.name}: ${message.subject}`);
    const done = new Set(batch.map(({ id }) => id));
    this.#set({
      pending: this.#state.pending.filter(({ id }) => !done.has(id)),
      failures: 0,
      failedAt: 0,
      notBefore: 0,
    });
  }

  #failed(answer: Extract<Answer, { outcome: 'retry' }>, subject: string): void {
    // That was the agent itself.
    if (this.#stop.signal.aborted) return;
    const failures = this.#state.failures + 1;
    const delay = this.#options.delay(failures, answer.retryAfterMillis);
    if (failures === 1) this.#log(`"${subject}" waits for another attempt, for up to a day: ${answer.said}`);
    const failedAt = Date.now();
    this.#set({ failures, failedAt, notBefore: failedAt + delay });
  }

  #due(): Notification[] {
    return this.#state.pending.filter(this.#options.mayTell);
  }

  #forgetOld(): void {
    const pending = this.#state.pending.filter(({ time }) => Date.now() - time < GIVE_UP_MILLIS);
    const old = this.#state.pending.length - pending.length;
    if (old === 0) return;
    this.#log(`${old} messages could not be sent for a day and are given up`);
    this.#set({ pending });
  }

  #set(state: Partial<LaneState>): void {
    this.#state = { ...this.#state, ...state };
    this.#options.changed();
  }

  #log(text: string): void {
    log.warn(`notify.${this.#options.channel.name}: ${text}`);
  }
}
