import { performance } from 'node:perf_hooks';
import { mainThreadTime } from './thread-clock.js';

/**
 * Measures for how long, in CPU time, the main loop is held in one piece: in one of its turns, from the first callback
 * of a read to the last promise that one of them settles.
 *
 * The turns are told apart by the loop's own counter. `setImmediate` would mark their end as well, but V8 discards its
 * optimised code for immediates again and again, which takes milliseconds that no reader has caused.
 */
export class LoopPieces {
  #turn = -1;
  #begun = 0;
  #longest = 0;

  begin(): void {
    const turn = performance.nodeTiming.uvMetricsInfo.loopCount;
    if (turn !== this.#turn) {
      this.#turn = turn;
      this.#begun = mainThreadTime();
    }
    // A tick asked for by a microtask comes when no microtask is left.
    queueMicrotask(() => process.nextTick(this.#end));
  }

  reset(): void {
    this.#longest = 0;
  }

  /** In milliseconds, since `reset`. */
  longest(): number {
    if (this.#longest === 0) throw new Error('no piece was seen: the reader does not use fs.readv');
    return this.#longest;
  }

  readonly #end = (): void => {
    this.#longest = Math.max(this.#longest, mainThreadTime() - this.#begun);
  };
}
