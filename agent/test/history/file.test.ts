/** The history's file in every state in which an agent may find it. */
import { execFileSync } from 'node:child_process';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { openHistory } from '../../src/history/file.js';
import { VERSION } from '../../src/history/layout.js';
import { Store } from '../../src/history/store.js';
import { scratchFolder } from '../support/scout-agent.js';

const NOW = Date.UTC(2026, 0, 5, 12, 30);

/** Opens the history in a folder, counts the readings in it, and adds one. */
function use(folder: string) {
  const { database, file, notes } = openHistory(folder, NOW);
  const { n: before } = database.prepare('SELECT count(*) AS n FROM raw').get() as { n: number };
  const samples = [{ name: 'count', unit: '1', attributes: '{}', value: 1 }];
  const store = new Store(database, 86_400_000);
  store.append({ time: NOW + before, intervalMillis: 1_000, samples });
  // libsql closes a connection only when its statements are collected; until then the rows may stand beside the file.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return { before, file: file.replace(folder, ''), notes };
}

test('a folder that is not there is made, for its owner and group', async (t) => {
  const folder = join(await scratchFolder(t), 'a/b');
  expect(use(folder)).toEqual({ before: 0, file: '/history.db', notes: [] });
  expect(use(folder)).toEqual({ before: 1, file: '/history.db', notes: [] });
  expect(execFileSync('stat', ['-c', '%a', folder], { encoding: 'utf8' })).toBe('750\n');
});

test.for([
  ['no database at all', (file: string) => writeFile(file, 'x'.repeat(10_000))],
  ['cut off', (file: string) => truncate(file, 8_192)],
  [
    'overwritten in the middle',
    async (file: string) => {
      const bytes = await readFile(file);
      await writeFile(file, bytes.fill(0xff, 4_096, 3 * 4_096));
    },
  ],
] as const)('a file that is %s is kept under another name, and a new one begun', async ([, damage], t) => {
  const folder = await scratchFolder(t);
  use(folder);
  await damage(join(folder, 'history.db'));
  const damaged = await readFile(join(folder, 'history.db'));
  const { before, file, notes } = use(folder);
  expect({ before, file }).toEqual({ before: 0, file: '/history.db' });
  const aside = join(folder, 'history.db.damaged-2026-01-05T123000000Z');
  expect(notes).toEqual([
    expect.stringMatching(`^${folder}/history\\.db is damaged \\(.+\\); it is kept as ${aside},`),
  ]);
  expect(await readFile(aside)).toEqual(damaged);
  expect(use(folder)).toEqual({ before: 1, file: '/history.db', notes: [] });
});

/** The file as version 1 made it: readings every 20 s, what each minute and each hour came to. */
function writeVersion1(folder: string, cycles: number): void {
  const tier = (name: string) => `
    CREATE TABLE ${name} (series INTEGER NOT NULL, time INTEGER NOT NULL, low REAL NOT NULL, sum REAL NOT NULL,
      peak REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (series, time)) WITHOUT ROWID;`;
  const fill = (name: string, width: number) => `
    INSERT INTO ${name} SELECT series, time - time % ${width} AS begin, min(value), sum(value), max(value), count(*)
    FROM raw GROUP BY series, begin;`;
  const database = new Database(join(folder, 'history.db'));
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, attributes TEXT NOT NULL,
      UNIQUE (name, attributes));
    CREATE TABLE raw (series INTEGER NOT NULL, time INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (series, time))
      WITHOUT ROWID;
    ${tier('minute')} ${tier('hour')}
    CREATE TABLE stretch (start INTEGER PRIMARY KEY, end INTEGER NOT NULL);
    INSERT INTO series VALUES (1, 'count', '1', '{}'), (2, 'other', '1', '{}');
    WITH RECURSIVE reading (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM reading WHERE n < ${cycles - 1})
    INSERT INTO raw SELECT id, ${NOW} + n * 20000, (n * 7919 + id) % 1000 FROM reading, series;
    ${fill('minute', 60_000)} ${fill('hour', 3_600_000)}
    INSERT INTO stretch VALUES (${NOW}, ${NOW} + ${cycles - 1} * 20000);
    PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
}

test('a file of the version before gets the five minutes that its minutes tell, and goes on in them', async (t) => {
  const folder = await scratchFolder(t);
  // Ends within five minutes that are not over.
  const cycles = 1_000;
  writeVersion1(folder, cycles);
  const { database, notes } = openHistory(folder, NOW);
  t.onTestFinished(() => {
    database.close();
  });
  expect(notes).toEqual([]);
  const store = new Store(database, 86_400_000);
  for (let n = cycles; n < cycles + 100; n++) {
    const samples = ['count', 'other'].map((name, i) => ({
      name,
      unit: '1',
      attributes: '{}',
      value: (n * 7_919 + i + 1) % 1_000,
    }));
    store.append({ time: NOW + n * 20_000, intervalMillis: 20_000, samples });
  }
  const rows = (from: string) => database.prepare(`SELECT ${from} GROUP BY 1, 2`).raw().all();
  const columns = 'min(value), sum(value), max(value), count(*)';
  const kept = rows('series, time, low, sum, peak, count FROM five_minutes');
  expect(kept).toEqual(rows(`series, time - time % 300000, ${columns} FROM raw`));
  // 22,000 s from half past on.
  expect(kept).toHaveLength(2 * Math.ceil(22_000 / 300));
});

test('a file of a newer agent stays as it is; the history goes on beside it, each time', async (t) => {
  const folder = await scratchFolder(t);
  const { database } = openHistory(folder, NOW);
  database.exec(`PRAGMA user_version = ${VERSION + 1}; PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
  const newer = await readFile(join(folder, 'history.db'));
  const own = `/history.v${VERSION}.db`;
  const note = `${folder}/history.db is of version ${VERSION + 1}, this agent knows ${VERSION} and older ones; it stays as it is, and the history goes on in ${folder}${own}`;
  expect(use(folder)).toEqual({ before: 0, file: own, notes: [note] });
  expect(use(folder)).toEqual({ before: 1, file: own, notes: [note] });
  expect(await readFile(join(folder, 'history.db'))).toEqual(newer);
});

test('a folder that can not be made is an error that names it', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'file'), '');
  expect(() => openHistory(join(folder, 'file/state'), NOW)).toThrow(join(folder, 'file/state'));
});
