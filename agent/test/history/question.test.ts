/** What the thread that owns the file answers. */
import { expect, test } from 'vitest';
import { History } from '../../dist/history/history.js';
import { openHistory } from '../../src/history/file.js';
import type { Buckets } from '../../src/history/query.js';
import { Store } from '../../src/history/store.js';
import { scratchFolder } from '../support/scout-agent.js';

const INTERVAL = 10_000;
const DAY = 86_400_000;

test('a question is answered as JSON, side by side with others; after the end none is', async (t) => {
  const directory = await scratchFolder(t);
  const now = Math.floor(Date.now() / INTERVAL) * INTERVAL;
  const { database } = openHistory(directory, now);
  const store = new Store(database, 30 * DAY);
  for (let i = 0; i < 60; i++) {
    const samples = [{ name: 'count', unit: '1', attributes: '{"state":"a"}', value: i }];
    store.append({ time: now + (i - 60) * INTERVAL, intervalMillis: INTERVAL, samples });
  }
  database.close();

  const history = new History({ directory, retentionMillis: 30 * DAY }, INTERVAL);
  const ask = async (minutes: number, most: number): Promise<Buckets> =>
    JSON.parse(
      new TextDecoder().decode(await history.buckets({ from: now - minutes * 60_000, to: now, most })),
    );
  const [fine, coarse] = await Promise.all([ask(1, 1_000), ask(10, 1)]);
  expect(fine).toMatchObject({ widthMillis: INTERVAL, from: now - 60_000, to: now });
  expect(fine.series).toMatchObject([
    { name: 'count', attributes: { state: 'a' }, summary: { lowest: 54, mean: 56.5, peak: 59, readings: 6 } },
  ]);
  expect(fine.series[0]?.buckets.map(([, , mean]) => mean)).toEqual([54, 55, 56, 57, 58, 59]);
  expect(coarse.series[0]?.summary).toMatchObject({
    lowest: 0,
    peak: 59,
    peakTime: now - INTERVAL,
    readings: 60,
  });

  await history.drain(10_000);
  await expect(ask(1, 1)).rejects.toThrow('the history is closed');
});

test('where there is no file to ask it says why', async () => {
  const history = new History({ directory: '/dev/null/x', retentionMillis: DAY }, INTERVAL);
  await expect(history.buckets({ from: 0, to: 1, most: 1 })).rejects.toThrow('/dev/null/x');
  await history.drain(10_000);
});
