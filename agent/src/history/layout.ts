/** The tables of the history's file, and how an older file becomes one of this version. */
import type Database from 'libsql';
import { transaction } from './transaction.js';

/** Counts up with every change of the tables; stands in the file as `user_version`. */
export const VERSION = 2;

/** Each brings a file of the version before it to its own, in one transaction; the first makes an empty one. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    attributes TEXT NOT NULL, -- JSON, keys in order
    UNIQUE (name, attributes)
  );
  CREATE TABLE raw (
    series INTEGER NOT NULL,
    time INTEGER NOT NULL, -- milliseconds since 1970, as everywhere
    value REAL NOT NULL,
    PRIMARY KEY (series, time)
  ) WITHOUT ROWID;
  CREATE TABLE minute (
    series INTEGER NOT NULL,
    time INTEGER NOT NULL, -- of its begin
    low REAL NOT NULL,
    sum REAL NOT NULL,
    peak REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (series, time)
  ) WITHOUT ROWID;
  CREATE TABLE hour (
    series INTEGER NOT NULL,
    time INTEGER NOT NULL,
    low REAL NOT NULL,
    sum REAL NOT NULL,
    peak REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (series, time)
  ) WITHOUT ROWID;
  -- Time without a break: what lies between two of them is missing.
  CREATE TABLE stretch (
    start INTEGER PRIMARY KEY,
    end INTEGER NOT NULL
  );
  `,
  // At once, because every query counts on a tier that is whole: half a second of a month of 8 series, some seconds of the
  // largest file that there is, for which cycles wait.
  `
  CREATE TABLE five_minutes (
    series INTEGER NOT NULL,
    time INTEGER NOT NULL,
    low REAL NOT NULL,
    sum REAL NOT NULL,
    peak REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (series, time)
  ) WITHOUT ROWID;
  INSERT INTO five_minutes
    SELECT series, time - time % 300000 AS begin, min(low), sum(sum), max(peak), sum(count)
    FROM minute GROUP BY series, begin;
  `,
];

/** 0 of a file that is empty. */
export function versionOf(database: Database.Database): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

/** The file was written by a newer version of the agent. */
export class NewerHistoryError extends Error {}

/**
 * @throws {NewerHistoryError} where the file is of a later version
 * @throws {SqliteError} where it is no database or a damaged one
 */
export function migrate(database: Database.Database): void {
  const version = versionOf(database);
  if (version > VERSION)
    throw new NewerHistoryError(`is of version ${version}, this agent knows ${VERSION} and older ones`);
  if (version === VERSION) return;
  transaction(database, () => {
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${VERSION}`);
  });
}
