import { mainThreadTime } from './thread-clock.js';

/**
 * Measures for how long, in CPU time, the main loop is held in one piece: from the first callback that begins one to
 * the phase in which the loop runs its immediates, so with all promises that the callback settles and with whatever
 * else the same turn of the loop handles.
 */
export class LoopPieces {
  #begun: number | undefined;
  #longest = 0;

  begin(): void {
    if (this.#begun !== undefined) return;
    const begun = mainThreadTime();
    this.#begun = begun;
    setImmediate(() => {
      this.#longest = Math.max(this.#longest, mainThreadTime() - begun);
      this.#begun = undefined;
    });
  }

  reset(): void {
    this.#longest = 0;
  }

  /** In milliseconds, since `reset`. */
  async longest(): Promise<number> {
    await new Promise(setImmediate);
    if (this.#longest === 0) throw new Error('no piece was seen: the reader does not use fs.readv');
    return this.#longest;
  }
}
