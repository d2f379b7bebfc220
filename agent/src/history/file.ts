/** Opening the history's file, whatever state it is in. */
import { accessSync, constants, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { writableFile } from './folder.js';
import { migrate, NewerHistoryError, VERSION, versionOf } from './layout.js';

/** SQLITE_CORRUPT and SQLITE_NOTADB of sqlite.org/rescode.html. */
const DAMAGED = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

/** What SQLite's own check found in the file. */
class DamagedHistoryError extends Error {}

const FILE = 'history.db';

/** SQLite keeps these beside the file. */
const PARTS = ['', '-wal', '-shm'];

export interface OpenHistory {
  readonly database: Database.Database;
  readonly file: string;
  /** What the owner should know: the file is another than it was. */
  readonly notes: readonly string[];
}

/**
 * Opens the file for its one writer, and makes it where there is none. A damaged one is set aside, and one that a newer
 * agent wrote is left alone and another begun beside it.
 * @throws {Error} where the folder can't be written
 */
export function openHistory(directory: string, now: number): OpenHistory {
  const file = writableFile(directory, FILE);
  try {
    return { database: opened(file), file, notes: [] };
  } catch (error) {
    if (error instanceof NewerHistoryError) {
      const beside = join(directory, `history.v${VERSION}.db`);
      return {
        database: opened(beside),
        file: beside,
        notes: [`${file} ${error.message}; it stays as it is, and the history goes on in ${beside}`],
      };
    }
    if (!isDamaged(error)) throw error;
    const aside = `${file}.damaged-${new Date(now).toISOString().replace(/[:.]/g, '')}`;
    for (const part of PARTS) renameIfThere(`${file}${part}`, `${aside}${part}`);
    return {
      database: opened(file),
      file,
      notes: [
        `${file} is damaged (${(error as Error).message}); it is kept as ${aside}, and a new one is begun`,
      ],
    };
  }
}

/** Whether an error says that the file is no whole database. */
export function isDamaged(error: unknown): boolean {
  return error instanceof DamagedHistoryError || DAMAGED.includes((error as { code?: string }).code ?? '');
}

/**
 * Opens the file that an agent keeps in a folder, to read from it, beside the agent or without one.
 * @throws {Error} where there is none, or one that can't be read
 */
export function openForReading(directory: string): OpenHistory {
  const own = join(directory, `history.v${VERSION}.db`);
  const file = existsSync(own) ? own : join(directory, FILE);
  // It would be made.
  accessSync(file, constants.R_OK);
  const database = new Database(file);
  database.exec('PRAGMA query_only = 1; PRAGMA busy_timeout = 1000');
  const version = versionOf(database);
  if (version === 0) throw new Error(`nothing is in ${file} yet`);
  if (version > VERSION)
    throw new NewerHistoryError(`${file} is of version ${version}, this program knows ${VERSION}`);
  if (version < VERSION)
    throw new Error(
      `${file} is of version ${version}; the agent makes one of version ${VERSION} of it when it is started`,
    );
  return { database, file, notes: [] };
}

/** A kill loses nothing that was written, a power cut the last seconds: sqlite.org/pragma.html#pragma_synchronous. */
function opened(file: string): Database.Database {
  const database = new Database(file);
  try {
    database.exec('PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    // A damaged page would else show up at some cycle.
    const { quick_check: found } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (found !== 'ok') throw new DamagedHistoryError(found.replace(/^\*{3}.*\n/, ''));
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
