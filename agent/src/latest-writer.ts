import { log } from './log.js';
import { replaceFile } from './replace-file.js';

/** Writes a file anew, one time after another; what comes while one is written replaces what waits. */
export class LatestWriter {
  readonly #file: string;
  readonly #otherwise: string;
  #next: object | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;

  /** @param otherwise what it means where the file can't be written, for the log */
  constructor(file: string, otherwise: string) {
    this.#file = file;
    this.#otherwise = otherwise;
  }

  /** @param value as JSON; it must not change any more */
  write(value: object): void {
    this.#next = value;
    this.#writing ??= this.#go();
  }

  async settled(): Promise<void> {
    await this.#writing;
  }

  async #go(): Promise<void> {
    for (let value = this.#next; value !== undefined; value = this.#next) {
      this.#next = undefined;
      try {
        await replaceFile(this.#file, JSON.stringify(value));
        this.#failed = false;
      } catch (error) {
        if (!this.#failed)
          log.warn(`${this.#file} can not be written: ${(error as Error).message}; ${this.#otherwise}`);
        this.#failed = true;
      }
    }
    this.#writing = undefined;
  }
}
