/** What is written comes back: by bucket, with its gaps, for as long as it is kept. */
import { expect, test } from 'vitest';
import { openHistory } from '../../src/history/file.js';
import { Prune } from '../../src/history/prune.js';
import { type Buckets, bucketsAsJson, type Range, resolution } from '../../src/history/query.js';
import { type Sample, Store } from '../../src/history/store.js';
import { DAY } from '../../src/history/tiers.js';
import { scratchFolder, type Test } from '../support/scout-agent.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** The begin of a day. */
const T0 = Date.UTC(2026, 0, 5);

const sample = (value: number, name = 'count', attributes = '{}'): Sample => ({
  name,
  unit: '1',
  attributes,
  value,
});

async function open(t: Test, retentionMillis = 30 * DAY) {
  const { database } = openHistory(await scratchFolder(t), T0);
  t.onTestFinished(() => {
    database.close();
  });
  const store = new Store(database, retentionMillis);
  const append = (time: number, samples: readonly Sample[], intervalMillis = 10 * SECOND) =>
    store.append({ time, intervalMillis, samples });
  const buckets = (range: Range, most: number, now = range.to, intervalMillis = 10 * SECOND): Buckets =>
    JSON.parse(bucketsAsJson(database, store.series(), range, resolution(range, most, intervalMillis, now)));
  return { database, store, append, buckets };
}

/** The same, without a database. */
function expected(readings: readonly (readonly [time: number, value: number])[], width: number) {
  const groups = new Map<number, number[]>();
  for (const [time, value] of readings) {
    const begin = Math.floor(time / width) * width;
    groups.set(begin, [...(groups.get(begin) ?? []), value]);
  }
  return [...groups].map(([begin, values]) => [
    begin,
    Math.min(...values),
    expect.closeTo(values.reduce((a, b) => a + b) / values.length, 6),
    Math.max(...values),
  ]);
}

/** Numbers that are the same in every run. */
function* pseudorandom(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test('a range that cuts its buckets tells of its own readings alone', async (t) => {
  const { append, buckets } = await open(t);
  for (let i = 0; i < 60; i++)
    append(T0 + i * 10 * SECOND, [sample(i === 2 ? 900 : i === 57 ? 800 : 100 + i)]);
  const range = { from: T0 + 30 * SECOND, to: T0 + 570 * SECOND };
  for (const most of [54, 20, 2]) {
    const { from, to, widthMillis, series } = buckets(range, most);
    expect([from % widthMillis, to % widthMillis], `${most} buckets`).toEqual([0, 0]);
    const isCoarse = widthMillis % MINUTE === 0;
    expect(series[0]?.summary, `${most} buckets`).toMatchObject(
      isCoarse
        ? { lowest: 100, peak: 900, peakTime: T0 + 20 * SECOND, readings: 60 }
        : { lowest: 103, peak: 156, peakTime: T0 + 560 * SECOND, readings: 54 },
    );
  }
  const { series } = buckets({ from: T0 + MINUTE, to: T0 + 9 * MINUTE }, 5);
  expect(series[0]?.summary).toMatchObject({ lowest: 106, peak: 153, readings: 48 });
});

test('each bucket has the lowest, the mean and the highest of its readings, at every width', async (t) => {
  const { append, buckets } = await open(t);
  const random = pseudorandom(1);
  const readings: [number, number][] = [];
  for (let i = 0; i < 3 * 360; i++) {
    const value = Math.floor((random.next().value as number) * 1_000);
    readings.push([T0 + i * 10 * SECOND, value]);
    append(T0 + i * 10 * SECOND, [sample(value)]);
  }
  for (const [most, width] of [
    [1_080, 10 * SECOND],
    [400, 30 * SECOND],
    [180, MINUTE],
    [100, 2 * MINUTE],
    [36, 5 * MINUTE],
    [18, 10 * MINUTE],
    [12, 15 * MINUTE],
    [3, HOUR],
    [1, 3 * HOUR],
  ] as const) {
    const answer = buckets({ from: T0, to: T0 + 3 * HOUR }, most);
    expect(answer.widthMillis).toBe(width);
    expect(answer.series.map((series) => series.buckets)).toEqual([expected(readings, width)]);
  }
  const values = readings.map(([, value]) => value);
  const peak = Math.max(...values);
  expect(buckets({ from: T0, to: T0 + 3 * HOUR }, 2_000).series[0]?.summary).toEqual({
    lowest: Math.min(...values),
    mean: expect.closeTo(values.reduce((a, b) => a + b) / values.length, 6),
    peak,
    peakTime: readings.find(([, value]) => value === peak)?.[0],
    readings: readings.length,
  });
});

test('a range is widened to whole buckets and takes nothing from outside of them', async (t) => {
  const { append, buckets } = await open(t);
  for (let minute = 0; minute < 10; minute++) append(T0 + minute * MINUTE, [sample(minute)], MINUTE);
  const answer = buckets({ from: T0 + 150 * SECOND, to: T0 + 270 * SECOND }, 2, T0 + HOUR, MINUTE);
  expect(answer).toMatchObject({ from: T0 + 2 * MINUTE, to: T0 + 5 * MINUTE, widthMillis: MINUTE });
  expect(answer.series[0]?.buckets.map(([time, , mean]) => [time - T0, mean])).toEqual([
    [2 * MINUTE, 2],
    [3 * MINUTE, 3],
    [4 * MINUTE, 4],
  ]);
});

test('series are told apart by name and attributes; one without readings in the range has no summary', async (t) => {
  const { append, buckets } = await open(t);
  append(T0, [sample(1, 'a', '{"x":1}'), sample(2, 'a', '{"x":2}'), sample(3, 'b', '{"x":1}')]);
  append(T0 + HOUR, [sample(4, 'a', '{"x":2}')]);
  const answer = buckets({ from: T0 + HOUR, to: T0 + 2 * HOUR }, 100);
  expect(
    answer.series.map(({ name, attributes, summary, buckets }) => [
      name,
      attributes,
      summary?.peak,
      buckets.length,
    ]),
  ).toEqual([
    ['a', { x: 1 }, undefined, 0],
    ['a', { x: 2 }, 4, 1],
    ['b', { x: 1 }, undefined, 0],
  ]);
});

test('what is missing lies between the stretches in which cycles were collected', async (t) => {
  const { append, buckets } = await open(t);
  const at = (seconds: number, interval?: number) => append(T0 + seconds * SECOND, [sample(1)], interval);
  for (const seconds of [0, 10, 20, 45, 55]) at(seconds); // 45: late, none is missing
  for (const seconds of [81, 91]) at(seconds); // 26 s after the one before: two are
  at(3_000, 60 * SECOND);
  at(3_140, 60 * SECOND);
  const seconds = (range: Range) =>
    buckets(range, 1_000).collected.map(({ from, to }) => [(from - T0) / SECOND, (to - T0) / SECOND]);
  expect(seconds({ from: T0, to: T0 + HOUR })).toEqual([
    [0, 55],
    [81, 91],
    [3_000, 3_140],
  ]);
  expect(seconds({ from: T0 + 30 * SECOND, to: T0 + 90 * SECOND })).toEqual([
    [30, 55],
    [81, 90],
  ]);
});

test('a clock that is set back writes over its own time, and loses no other', async (t) => {
  const { append, buckets } = await open(t);
  for (const [seconds, value] of [
    [0, 1],
    [10, 2],
    [20, 3],
    [10, 9],
    [20, 9],
    [30, 4],
  ] as const)
    append(T0 + seconds * SECOND, [sample(value)]);
  const answer = buckets({ from: T0, to: T0 + MINUTE }, 100);
  expect(answer.series[0]?.buckets.map(([time, , , peak]) => [(time - T0) / SECOND, peak])).toEqual([
    [0, 1],
    [10, 9],
    [20, 9],
    [30, 4],
  ]);
  expect(answer.collected).toEqual([{ from: T0, to: T0 + 30 * SECOND }]);
});

/** One reading an hour, for so many days. */
async function days(t: Test, count: number, retentionMillis?: number) {
  const opened = await open(t, retentionMillis);
  const end = T0 + count * DAY;
  for (let time = T0; time < end; time += HOUR) opened.append(time, [sample(time / HOUR)], HOUR);
  const oldest = (table: string) =>
    (end -
      ((opened.database.prepare(`SELECT min(time) AS time FROM ${table}`).get() as { time: number }).time ??
        end)) /
    DAY;
  return { ...opened, end, oldest };
}

test('readings are kept for 8 days, minutes for 35, hours for the retention', async (t) => {
  const { oldest } = await days(t, 100, 60 * DAY);
  expect(oldest('raw')).toBeCloseTo(8, 0);
  expect(oldest('minute')).toBeCloseTo(35, 0);
  expect(oldest('five_minutes')).toBeCloseTo(35, 0);
  expect(oldest('hour')).toBeCloseTo(60, 0);
});

test('what is older than the readings are kept is answered from the minutes, then the hours, with the same values', async (t) => {
  const { buckets, end } = await days(t, 40, 60 * DAY);
  const values = (range: Range) =>
    buckets(range, 10_000, end, HOUR).series[0]?.buckets.map(([time, low, mean, peak]) => {
      expect([low, mean, peak]).toEqual(Array(3).fill(time / HOUR));
      return time;
    }).length;
  for (const age of [1, 20, 38])
    expect(values({ from: end - age * DAY, to: end - (age - 1) * DAY })).toBe(24);
  const minute = { from: end - 38 * DAY, to: end - 38 * DAY + HOUR };
  expect(buckets(minute, 10_000, end, SECOND).widthMillis).toBe(HOUR);
  expect(values({ from: T0, to: end })).toBe(40 * 24);
});

test('a clock that is far ahead costs nothing that is kept, unless it stays so for an hour', async (t) => {
  const { database, append, end } = await days(t, 40, 60 * DAY);
  const kept = () =>
    ['raw', 'minute', 'five_minutes', 'hour'].map(
      (table) =>
        (
          database.prepare(`SELECT count(*) AS n FROM ${table} WHERE time < ?`).get(end) as {
            n: number;
          }
        ).n,
    );
  const before = kept();
  const ahead = end + 1_000 * DAY;
  for (let i = 0; i < 359; i++) append(ahead + i * 10 * SECOND, [sample(1)]);
  expect(kept()).toEqual(before);
  const { collected } = JSON.parse(
    bucketsAsJson(database, [], { from: T0, to: end }, resolution({ from: T0, to: end }, 1, HOUR, end)),
  );
  expect(collected).toEqual([{ from: T0, to: end - HOUR }]);

  // Set right for a while, which doesn't make the wrong time longer.
  for (let i = 0; i < 30; i++) append(end + i * 10 * SECOND, [sample(1)]);
  append(ahead + 360 * 10 * SECOND, [sample(1)]);
  expect(kept().slice(0, 3)).not.toEqual(before.slice(0, 3));
});

test('of an hour at the end of what is kept everything is there, and nothing is said of the time before', async (t) => {
  const { database, append, buckets } = await open(t, 2 * DAY);
  const readings = 3 * 24 * 60;
  const end = T0 + 3 * DAY + 1_234 * SECOND;
  for (let i = readings; i >= 0; i--) append(end - i * MINUTE, [sample(i)], MINUTE);
  const begin = T0 + DAY;
  for (const table of ['raw', 'minute', 'five_minutes', 'hour']) {
    const counted = table === 'raw' ? 'count(*)' : 'sum(count)';
    expect(
      database.prepare(`SELECT min(time) / ${HOUR} AS hour, ${counted} AS readings FROM ${table}`).get(),
    ).toMatchObject({ hour: begin / HOUR, readings: Math.ceil((end - begin) / MINUTE) });
  }
  const { collected, series } = buckets({ from: T0, to: end }, 100, end, MINUTE);
  expect(collected).toEqual([{ from: begin, to: end }]);
  expect(series[0]?.buckets[0]?.[0]).toBe(begin);
});

test('after a long standstill no cycle throws away more than a little', async (t) => {
  const { database, append, end, oldest } = await days(t, 20);
  database.prepare('DELETE FROM raw').run();
  const insert = database.prepare('INSERT INTO raw VALUES (1, ?, 0)');
  database.transaction(() => {
    for (let i = 0; i < 5_000; i++) insert.run(T0 + i * SECOND);
  })();
  const rows = () => (database.prepare('SELECT count(*) AS n FROM raw').get() as { n: number }).n;
  const counts = [rows()];
  for (let i = 0; i <= 6; i++) {
    append(end + 60 * DAY + i * HOUR, [sample(1)], HOUR);
    counts.push(rows());
  }
  for (const [index, count] of counts.slice(1).entries())
    expect((counts[index] as number) - count).toBeLessThanOrEqual(1_000);
  expect(counts.at(-1)).toBe(7);
  expect(oldest('raw')).toBeLessThan(0);
});

test('a series that is counted no more goes with its last hour', async (t) => {
  const { store, append } = await open(t, 10 * DAY);
  append(T0, [sample(1, 'gone'), sample(1, 'kept')], DAY);
  for (let day = 1; day <= 13; day++) append(T0 + day * DAY, [sample(1, 'kept')], DAY);
  expect(store.series().map(({ name }) => name)).toEqual(['kept']);
  append(T0 + 14 * DAY, [sample(1, 'gone')]);
  expect(store.series().map(({ name }) => name)).toEqual(['kept', 'gone']);
});

test('above its size the finest rows go first, and the coarser ones still tell of that time', async (t) => {
  const CYCLES = 10_000;
  const { database, append, buckets } = await open(t);
  for (let i = 0; i < CYCLES; i++) append(T0 + i * SECOND, [sample(i)], SECOND);
  const count = (table: string) =>
    (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  const before = { raw: count('raw'), minute: count('minute'), hour: count('hour') };
  const prune = new Prune(database, 30 * DAY, 100_000);
  for (let i = 0; i < 100; i++) database.transaction(() => prune.step(T0 + CYCLES * SECOND))();
  const used = ['page_count', 'freelist_count'].map(
    (name) => (database.prepare(`PRAGMA ${name}`).raw().get() as [number])[0],
  ) as [number, number];
  expect((used[0] - used[1]) * 4_096).toBeLessThanOrEqual(100_000);
  expect(count('raw')).toBeLessThan(before.raw);
  expect(count('raw')).toBeGreaterThan(1_000);
  expect({ minute: count('minute'), hour: count('hour') }).toEqual({
    minute: before.minute,
    hour: before.hour,
  });
  const hour = buckets({ from: T0, to: T0 + HOUR }, 60, T0 + CYCLES * SECOND, SECOND);
  expect(hour.series[0]?.summary).toMatchObject({ lowest: 0, peak: 3_599, readings: 3_600 });
});

test('a cycle that fails leaves nothing behind, and the next one is whole', async (t) => {
  const { database, store, append, buckets } = await open(t);
  append(T0, [sample(1)]);
  expect(() => append(T0 + SECOND, [sample(2), sample(3, 'new'), sample(Number.NaN, 'nan')])).toThrow(
    'NOT NULL',
  );
  expect(store.series().map(({ name }) => name)).toEqual(['count']);
  append(T0 + 10 * SECOND, [sample(4), sample(5, 'new')]);
  const answer = buckets({ from: T0, to: T0 + MINUTE }, 100);
  expect(answer.series.map(({ name, buckets }) => [name, buckets.map((bucket) => bucket[3])])).toEqual([
    ['count', [1, 4]],
    ['new', [5]],
  ]);
  expect(database.prepare('SELECT count(*) AS n FROM raw').get()).toMatchObject({ n: 3 });
});
