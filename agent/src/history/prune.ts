import type Database from 'libsql';
import { Statements } from './statements.js';
import type { StoredSeries } from './store.js';
import { HOUR, TIERS } from './tiers.js';

/** Rows that one step takes of a table at most: about a millisecond's work. */
const STEP_ROWS = 1_000;

/** Above this the finest rows go before their time: 256 MiB. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Throws away what is too old, a little of one series at a time, so that no cycle waits for it: after a year's standstill
 * a file is as quick as any other.
 */
export class Prune {
  readonly #statements: Statements;
  readonly #retentionMillis: number;
  readonly #maxBytes: number;
  #next = 0;

  constructor(database: Database.Database, retentionMillis: number, maxBytes = MAX_BYTES) {
    this.#statements = new Statements(database);
    this.#retentionMillis = retentionMillis;
    this.#maxBytes = maxBytes;
  }

  /**
   * Prunes the series whose turn it is.
   * @param now milliseconds since 1970; `undefined` while no clock can be trusted: then nothing is too old
   * @returns the series of which nothing is left
   */
  step(now: number | undefined): StoredSeries[] {
    const series = this.#turn();
    if (series === undefined) return [];
    if (now !== undefined) this.#removeAged(series.id, now);
    if (this.#isTooLarge()) this.#removeOldest(series.id);
    if (this.#hasRows(series.id)) return [];
    this.#statements.of('DELETE FROM series WHERE id = ?').run(series.id);
    return [series];
  }

  #turn(): StoredSeries | undefined {
    const after = (id: number) =>
      this.#statements
        .of('SELECT id, name, unit, attributes FROM series WHERE id > ? ORDER BY id LIMIT 1')
        .get(id) as StoredSeries | undefined;
    const series = after(this.#next) ?? after(0);
    this.#next = series?.id ?? 0;
    return series;
  }

  #removeAged(series: number, now: number): void {
    // Of an hour either every row is there or none: a part of it would be told by no tier.
    const border = (keptMillis: number) => {
      const time = now - Math.min(keptMillis, this.#retentionMillis);
      return time - (time % HOUR);
    };
    for (const { table, keptMillis } of TIERS) this.#removeBefore(table, series, border(keptMillis));
    const oldest = border(this.#retentionMillis);
    this.#statements.of('DELETE FROM stretch WHERE end < ?').run(oldest);
    this.#statements.of('UPDATE stretch SET start = ?1 WHERE start < ?1').run(oldest);
  }

  #removeBefore(table: string, series: number, time: number): void {
    this.#statements
      .of(`
        DELETE FROM ${table} WHERE series = ?1 AND time < min(?2, coalesce(
          (SELECT time FROM ${table} WHERE series = ?1 ORDER BY time LIMIT 1 OFFSET ${STEP_ROWS}), ?2))`)
      .run(series, time);
  }

  /** Of the finest tier that has any: what is coarser says the same for longer, with fewer rows. */
  #removeOldest(series: number): void {
    for (const { table } of TIERS) {
      const { changes } = this.#statements
        .of(`
          DELETE FROM ${table} WHERE series = ?1 AND time <
            (SELECT time FROM ${table} WHERE series = ?1 ORDER BY time LIMIT 1 OFFSET ${STEP_ROWS})`)
        .run(series);
      if (changes > 0) return;
    }
  }

  #isTooLarge(): boolean {
    const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map(
      (name) => (this.#statements.of(`PRAGMA ${name}`).raw().get() as [number])[0],
    ) as [number, number, number];
    return (pages - free) * size > this.#maxBytes;
  }

  #hasRows(series: number): boolean {
    return TIERS.some(
      ({ table }) =>
        this.#statements.of(`SELECT 1 FROM ${table} WHERE series = ? LIMIT 1`).get(series) !== undefined,
    );
  }
}
