import { createHash } from 'node:crypto';

/** A tick this soon after the first cycle would only repeat it. */
const TOO_SOON_MILLIS = 1_000;

/**
 * The clock's grid: the moments n x interval + offset. Cycles on it don't drift, and an offset of each host's own keeps
 * a fleet from beating in step.
 */
export class Grid {
  readonly #interval: number;
  readonly #offset: number;

  /** @param hostId what the offset is derived from, the same at every start */
  constructor(intervalMillis: number, hostId: string) {
    this.#interval = intervalMillis;
    this.#offset = createHash('sha256').update(hostId).digest().readUInt32BE() % intervalMillis;
  }

  /** The first tick after the cycle at start, in milliseconds since the epoch. */
  firstAfter(start: number): number {
    return this.#firstBeyond(start + Math.min(TOO_SOON_MILLIS, this.#interval - 1));
  }

  /**
   * The tick after the one that was due at `due` and ran at `now`. A timer may run a little early, and the clock may have
   * been set: the answer is always ahead of `now`, by two intervals at most.
   */
  next(due: number, now: number): number {
    const ranEarly = now < due && due - now < this.#interval;
    return this.#firstBeyond(ranEarly ? due : now);
  }

  #firstBeyond(time: number): number {
    const ticks = Math.floor((time - this.#offset) / this.#interval) + 1;
    return ticks * this.#interval + this.#offset;
  }
}
