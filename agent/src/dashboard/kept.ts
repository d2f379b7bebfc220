import type { History } from '../history/history.js';
import type { Buckets } from '../history/query.js';
import type { Cycle } from '../history/store.js';
import type { LocalReader } from '../local-branch.js';

/** Whether the history has each cycle, which it is asked after it was given it. */
export class Kept implements LocalReader {
  readonly #history: Pick<History, 'buckets'>;
  #isAsked = false;
  #trouble: string | undefined;

  constructor(history: Pick<History, 'buckets'>) {
    this.#history = history;
  }

  /** Why the last cycle that was asked for is not there, in a sentence; `undefined` where it is. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  take({ time }: Cycle): void {
    // One question at a time, however slow the disk is.
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#troubleAt(time).then((trouble) => {
      this.#trouble = trouble;
      this.#isAsked = false;
    });
  }

  async drain(): Promise<void> {}

  async #troubleAt(time: number): Promise<string | undefined> {
    try {
      const json = await this.#history.buckets({ from: time, to: time + 1, most: 1, names: [] });
      const { collected } = JSON.parse(new TextDecoder().decode(json)) as Buckets;
      return collected.some(({ to }) => to >= time)
        ? undefined
        : 'the history lacks the last cycle; the log says why';
    } catch (error) {
      return `no history is kept: ${(error as Error).message}`;
    }
  }
}
