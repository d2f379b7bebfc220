/** Two agents that are to keep their history in one folder: one does. */
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { versionOf } from '../../src/history/layout.js';
import { type Counting, startCounting } from '../support/counting.js';
import { scratchFolder, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

const startIn = (t: Test, folder: string, tcp = 12): Promise<Counting> =>
  startCounting(t, {
    config: `interval: 1s\nhistory: {directory: ${folder}}`,
    tables: { tcp, tcp6: 3 },
  });

/** The counts of IPv4 in the order of time. Each agent of a test has its own. */
function counts(folder: string): number[] {
  const file = join(folder, 'history.db');
  if (!existsSync(file)) return [];
  const database = new Database(file, { timeout: 10_000 });
  if (versionOf(database) === 0) return [];
  const rows = database
    .prepare(
      `SELECT value FROM raw JOIN series ON series = id WHERE attributes LIKE '%"ipv4"%' ORDER BY raw.time`,
    )
    .raw()
    .all() as [number][];
  database.close();
  return rows.map(([count]) => count);
}

test.for(['SIGTERM', 'SIGKILL'] as const)(
  'the second says so once, counts and exports on, and takes over after %s of the first',
  async (signal, t) => {
    const folder = await scratchFolder(t);
    const first = await startIn(t, folder, 12);
    await until(
      () => counts(folder).length > 0,
      () => 'the first keeping its history',
    );
    const second = await startIn(t, folder, 20);
    await second.agent.untilLogged(/ warn {2}another agent keeps the history/);
    await second.receiver.untilTaken(3);
    expect(new Set(counts(folder))).toEqual(new Set([12]));

    await first.agent.stop(signal);
    await second.agent.untilLogged(/ info {2}the other agent has ended: this one keeps the history in /);
    await until(
      () => counts(folder).filter((count) => count === 20).length > 2,
      () => 'cycles of the second in the history',
    );
    expect(second.agent.logged(/ history /)).toEqual([
      expect.stringMatching(
        ` warn  another agent keeps the history in ${folder}; this one keeps none, and both tell of alerts: .* set history\\.directory$`,
      ),
      expect.stringContaining(' info  the other agent has ended'),
    ]);
    expect((await second.agent.stop()).code).toBe(0);
    const kept = counts(folder);
    expect(kept).toEqual(kept.toSorted());
  },
);

test('what is left of a killed agent holds nobody up', async (t) => {
  const folder = await scratchFolder(t);
  const first = await startIn(t, folder);
  await first.receiver.untilTaken(2);
  await first.agent.stop('SIGKILL');
  const second = await startIn(t, folder);
  await second.receiver.untilTaken(2);
  expect((await second.agent.stop()).stderr).not.toMatch(/ warn | error /);
  expect((await readdir(folder)).filter((name) => name.startsWith('history.lock'))).toEqual(['history.lock']);
});

test('a lock that is no file of SQLite is named', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'history.lock'), 'no database, but long enough for one\n'.repeat(40));
  const { agent } = await startIn(t, folder);
  await agent.untilLogged(
    new RegExp(`no history is kept in ${folder}: ${folder}/history\\.lock: .*not a database`),
  );
});
