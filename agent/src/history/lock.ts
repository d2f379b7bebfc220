/** Two agents that kept their history in one folder would count into the same rows. */
import Database from 'libsql';
import { writableFile } from './folder.js';

const FILE = 'history.lock';

/** Another agent keeps its history in the folder. */
export class HeldHistoryError extends Error {}

/**
 * Holds a folder until the lock is closed or its process ends, however it ends: SQLite's exclusive lock is one of the
 * kernel's (sqlite.org/lockingv3.html). The file is one of its own, which stays empty, so that the history can be read
 * meanwhile.
 * @throws {HeldHistoryError} where another agent holds it
 * @throws {Error} where the folder can't be written
 */
export function holdFolder(directory: string): Database.Database {
  const file = writableFile(directory, FILE);
  const lock = new Database(file, { timeout: 0 });
  try {
    // With a journal on disk a kill would leave it behind.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const { code, message } = error as Error & { code?: string };
    if (code === 'SQLITE_BUSY')
      throw new HeldHistoryError(
        `another agent keeps the history in ${directory}; this one keeps none, and both tell of alerts`,
      );
    throw new Error(`${file}: ${message}`, { cause: error });
  }
}
