/** What the agent tells by itself: each cycle as it comes, for as long as the page is open, through every break. */
import { ApiError, type Cycle, fetchStatus } from './api.js';

export interface LiveEvents {
  /** The agent answers: at first, and again after each break. */
  onUp(): void;
  onCycle(cycle: Cycle): void;
  onDown(cause: Cause): void;
}

/** No answer at all, one that refuses in the agent's own words, or one to everything but this. */
export type Cause =
  | { readonly kind: 'silence' | 'held' }
  | { readonly kind: 'refusal'; readonly words: string };

/** After an answer that ends the stream for good the browser doesn't ask again by itself. */
const AGAIN_MILLIS = 5_000;

/** A break that is over sooner isn't worth a word. */
const PATIENCE_MILLIS = 1_000;

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
    source.addEventListener('error', () => void this.#down());
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
    const [cause] = await Promise.all([findCause(), sleep(PATIENCE_MILLIS)]);
    if (!this.#isUp) this.#events.onDown(cause);
  }

  #again(afterMillis: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#isUp) void this.#down();
      this.open();
    }, afterMillis);
  }
}

async function findCause(): Promise<Cause> {
  try {
    await fetchStatus(AbortSignal.timeout(AGAIN_MILLIS));
    return { kind: 'held' };
  } catch (error) {
    return error instanceof ApiError ? { kind: 'refusal', words: error.message } : { kind: 'silence' };
  }
}

function sleep(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
