import { openHistory } from '../../src/history/file.js';
import { transaction } from '../../src/history/transaction.js';

const INTERVAL = 10_000;

/** A history in a folder: so many series with so many readings each, the last one at `end`. */
export function keepHistory(folder: string, series: number, readings: number, end: number): void {
  const { database } = openHistory(folder, end);
  const names = Array.from({ length: series }, (_, index) => index + 1);
  transaction(database, () => {
    for (const id of names)
      database
        .prepare(`INSERT INTO series VALUES (?, 'count', '{connection}', ?)`)
        .run(id, `{"number":${id}}`);
    database.exec(`
      WITH RECURSIVE reading (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM reading WHERE n < ${readings - 1})
      INSERT INTO raw SELECT id, ${end} - n * ${INTERVAL}, n FROM reading, series`);
    for (const [table, width] of Object.entries({ minute: 60_000, five_minutes: 300_000, hour: 3_600_000 }))
      database.exec(`
        INSERT INTO ${table} SELECT series, time - time % ${width} AS begin, min(value), sum(value), max(value), count(*)
        FROM raw GROUP BY series, begin`);
    database.exec(`INSERT INTO stretch VALUES (${end - readings * INTERVAL}, ${end})`);
  });
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
