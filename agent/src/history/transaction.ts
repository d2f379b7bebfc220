import type Database from 'libsql';

/**
 * All of it or nothing. Where SQLite has already rolled back, on a full disk for example, libsql's own `transaction` throws
 * what its second ROLLBACK says in place of the cause (libsql 0.5).
 */
export function transaction(database: Database.Database, write: () => void): void {
  database.exec('BEGIN');
  try {
    write();
    database.exec('COMMIT');
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
