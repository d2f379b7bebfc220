/** What the agent tells by itself: each cycle as it comes, for as long as the page is open, through every break. */
import { ApiError, type Cycle, fetchStatus } from './api.js';

export interface LiveEvents {
  /** The agent answers: at first, and again after each break. */
  onUp(): void;
  onCycle(cycle: Cycle): void;
  /** @param reason the agent's own words, where it answers and refuses */
  onDown(reason: string | undefined): void;
}

/** After an answer that ends the stream for good the browser doesn't ask again by itself. */
const AGAIN_MILLIS = 5_000;

export class Live {
  readonly #events: LiveEvents;
  #source: EventSource | undefined;
  #isUp = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silenceMillis = 60_000;

  constructor(events: LiveEvents) {
    this.#events = events;
  }

  /** A tunnel that has died says nothing: three cycles without a word are a break as well. */
  expectEvery(intervalMillis: number): void {
    this.#silenceMillis = 3 * intervalMillis + 5_000;
  }

  open(): void {
    this.#source?.close();
    const source = new EventSource('api/events');
    this.#source = source;
    source.addEventListener('open', () => this.#up());
    source.addEventListener('cycle', (event: MessageEvent<string>) => {
      this.#up();
      this.#events.onCycle(JSON.parse(event.data) as Cycle);
    });
    source.addEventListener('error', () => this.#down());
    this.#again(this.#silenceMillis);
  }

  #up(): void {
    this.#again(this.#silenceMillis);
    if (this.#isUp) return;
    this.#isUp = true;
    this.#events.onUp();
  }

  async #down(): Promise<void> {
    this.#isUp = false;
    this.#again(AGAIN_MILLIS);
    const reason = await fetchStatus().then(
      () => undefined,
      (error: unknown) => (error instanceof ApiError ? error.message : undefined),
    );
    if (!this.#isUp) this.#events.onDown(reason);
  }

  #again(afterMillis: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#isUp) void this.#down();
      this.open();
    }, afterMillis);
  }
}
