import type Database from 'libsql';
import { Prune } from './prune.js';
import { seriesKey } from './series-key.js';
import { Statements } from './statements.js';
import { HOUR, TIERS, type Tier } from './tiers.js';
import { transaction } from './transaction.js';

/** One number of one cycle. */
export interface Sample {
  readonly name: string;
  readonly unit: string;
  /** JSON of the attributes, keys in order: with the name it says which series. */
  readonly attributes: string;
  readonly value: number;
}

/** What one collection gave. */
export interface Cycle {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Time to the next one, in milliseconds: a later one is told from a missing one by it. */
  readonly intervalMillis: number;
  readonly samples: readonly Sample[];
}

/** A series as the file holds it. */
export interface StoredSeries {
  readonly id: number;
  readonly name: string;
  readonly unit: string;
  readonly attributes: string;
}

/** A cycle may come this much later than the interval says before one is missing. */
const LATE = 2.5;

/**
 * A clock that was far ahead and is set right again, at boot or by a virtual machine's host, must not cost what is kept:
 * nothing is too old until cycles have come without a break for as long as that may take.
 */
const TRUSTED_MILLIS = HOUR;

/** Writes cycles into an open file, and throws away what is too old. One transaction a cycle. */
export class Store {
  readonly #database: Database.Database;
  readonly #statements: Statements;
  readonly #ids = new Map<string, number>();
  readonly #prune: Prune;
  readonly #raw: Database.Statement<[series: number, time: number, value: number]>;
  readonly #coarse: readonly { tier: Tier; add: Database.Statement<[number, number, number]> }[];

  /** @param retentionMillis how long the coarsest tier is kept */
  constructor(database: Database.Database, retentionMillis: number) {
    this.#database = database;
    this.#statements = new Statements(database);
    this.#prune = new Prune(database, retentionMillis);
    this.#raw = database.prepare('INSERT OR REPLACE INTO raw VALUES (?, ?, ?)');
    this.#coarse = TIERS.filter(({ widthMillis }) => widthMillis > 0).map((tier) => ({
      tier,
      add: database.prepare(`
        INSERT INTO ${tier.table} VALUES (?1, ?2, ?3, ?3, ?3, 1) ON CONFLICT DO UPDATE SET
          low = min(low, excluded.low), sum = sum + excluded.sum, peak = max(peak, excluded.peak), count = count + 1`),
    }));
    this.#learnIds();
  }

  /** @throws {SqliteError} where the cycle was not written; then none of it was */
  append(cycle: Cycle): void {
    try {
      transaction(this.#database, () => this.#write(cycle));
    } catch (error) {
      // Ids that were given in the transaction went with it.
      this.#learnIds();
      throw error;
    }
  }

  /** Every series of which there is any data. */
  series(): StoredSeries[] {
    return storedSeries(this.#database);
  }

  #learnIds(): void {
    this.#ids.clear();
    for (const { id, name, attributes } of this.series()) this.#ids.set(seriesKey(name, attributes), id);
  }

  #write({ time, intervalMillis, samples }: Cycle): void {
    for (const sample of samples) {
      const series = this.#idOf(sample);
      this.#raw.run(series, time, sample.value);
      for (const { tier, add } of this.#coarse)
        add.run(series, time - (time % tier.widthMillis), sample.value);
    }
    const start = this.#extendStretch(time, LATE * intervalMillis);
    const now = time - start < TRUSTED_MILLIS ? undefined : time;
    for (const gone of this.#prune.step(now)) this.#ids.delete(seriesKey(gone.name, gone.attributes));
  }

  #idOf({ name, unit, attributes }: Sample): number {
    const known = this.#ids.get(seriesKey(name, attributes));
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO series (name, unit, attributes) VALUES (?, ?, ?)')
      .run(name, unit, attributes);
    const id = Number(lastInsertRowid);
    this.#ids.set(seriesKey(name, attributes), id);
    return id;
  }

  /**
   * A clock that was set back writes into time that is there already.
   * @returns since when there was no break
   */
  #extendStretch(time: number, tolerance: number): number {
    const last = this.#statements
      .of('SELECT start, end FROM stretch WHERE start <= ? ORDER BY start DESC LIMIT 1')
      .get(time) as { start: number; end: number } | undefined;
    if (last === undefined || time - last.end > tolerance) {
      this.#statements.of('INSERT INTO stretch VALUES (?1, ?1)').run(time);
      return time;
    }
    if (time > last.end)
      this.#statements.of('UPDATE stretch SET end = ? WHERE start = ?').run(time, last.start);
    return last.start;
  }
}

export function storedSeries(database: Database.Database): StoredSeries[] {
  return database
    .prepare('SELECT id, name, unit, attributes FROM series ORDER BY id')
    .all() as StoredSeries[];
}
