/** The history's file in every state in which an agent may find it. */
import { execFileSync } from 'node:child_process';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
