/** What the thread that owns the file answers. */
import { expect, test } from 'vitest';
import { History } from '../../dist/history/history.js';
import { openHistory } from '../../src/history/file.js';
import type { Buckets } from '../../src/history/query.js';
import { Store } from '../../src/history/store.js';
import { scratchFolder } from '../support/scout-agent.js';

const INTERVAL = 10_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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

test('hours and minutes are given by columns, with every digit, of the metrics that are asked for', async (t) => {
  const directory = await scratchFolder(t);
  const { database } = openHistory(directory, 0);
  const store = new Store(database, 30 * DAY);
  const begin = Math.floor(Date.now() / HOUR) * HOUR - 3 * HOUR;
  const value = (i: number) => Math.sin(i) / 3;
  for (let i = 0; i < 1_000; i++) {
    const samples = [
      { name: 'count', unit: '1', attributes: '{"state":"a"}', value: value(i) },
      { name: 'count', unit: '1', attributes: '{"state":"b"}', value: -i },
      { name: 'other', unit: '1', attributes: '{}', value: 0 },
    ];
    // Nothing in the 20 minutes from the hundredth cycle on.
    const time = begin + i * INTERVAL + (i < 100 ? 0 : 20 * MINUTE);
    store.append({ time, intervalMillis: INTERVAL, samples });
  }
  database.close();

  const history = new History({ directory, retentionMillis: 30 * DAY }, INTERVAL);
  const [hours, minutes, none] = await Promise.all([
    history.hours(begin, begin + 2 * HOUR, ['count']),
    history.minutes(begin + 15 * MINUTE, begin + 40 * MINUTE, ['count', 'absent']),
    history.hours(0, begin, ['count']),
  ]);
  await history.drain(10_000);
  expect(hours.map(({ name, unit, attributes }) => ({ name, unit, attributes }))).toEqual([
    { name: 'count', unit: '1', attributes: { state: 'a' } },
    { name: 'count', unit: '1', attributes: { state: 'b' } },
  ]);
  const [a, b] = hours as [(typeof hours)[0], (typeof hours)[0]];
  const first = Array.from({ length: 240 }, (_, i) => value(i));
  expect([...a.times]).toEqual([begin, begin + HOUR]);
  expect(a.lowest[0]).toBe(Math.min(...first));
  expect(a.peaks[0]).toBe(Math.max(...first));
  expect(a.means[0]).toBeCloseTo(first.reduce((sum, each) => sum + each) / 240, 12);
  expect([...a.readings]).toEqual([240, 360]);
  expect([...b.means]).toEqual([-119.5, -419.5]);

  const times = [...(minutes[1]?.times ?? [])].map((time) => (time - begin) / MINUTE);
  expect(times).toEqual([15, 16, 36, 37, 38, 39]);
  expect([...(minutes[1]?.readings ?? [])]).toEqual([6, 4, 2, 6, 6, 6]);
  expect([...(minutes[1]?.lowest ?? [])]).toEqual([-95, -99, -101, -107, -113, -119]);
  expect(none.map(({ times }) => times.length)).toEqual([0, 0]);
});

test('where there is no file to ask it says why', async () => {
  const history = new History({ directory: '/dev/null/x', retentionMillis: DAY }, INTERVAL);
  await expect(history.buckets({ from: 0, to: 1, most: 1 })).rejects.toThrow('/dev/null/x');
  await expect(history.hours(0, 1, [])).rejects.toThrow('/dev/null/x');
  await history.drain(10_000);
});
