/** What was committed before a kill is there after it, whole. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openHistory } from '../../src/history/file.js';
import { scratchFolder } from '../support/scout-agent.js';

const KILLS = 200;
const WRITER = fileURLToPath(new URL('../history/writer.mjs', import.meta.url));

test(`${KILLS} kill -9 while cycles are written lose none that was committed`, async (t) => {
  const folder = await scratchFolder(t);
  let next = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const committed = await writeUntilKilled(folder, next, 1 + ((kill * 37) % 150));
    const { database, notes } = openHistory(folder, 0);
    expect(notes).toEqual([]);
    const found = database
      .prepare('SELECT time, count(*) AS samples FROM raw WHERE time >= ? GROUP BY time ORDER BY time')
      .raw()
      .all(next) as [number, number][];
    database.close();
    // The last one may have been committed without having been printed.
    expect(found.length - committed).toBeOneOf([0, 1]);
    expect(found).toEqual(found.map((_, index) => [next + index, 3]));
    next += found.length;
  }
  expect(next).toBeGreaterThan(KILLS);
});

/** @returns how many cycles it printed, at least `least` */
async function writeUntilKilled(folder: string, first: number, least: number): Promise<number> {
  const writer = spawn(process.execPath, [WRITER, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.split('\n').length > least) writer.kill('SIGKILL');
  });
  const [code, signal] = await once(writer, 'close');
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  return printed.split('\n').length - 1;
}
