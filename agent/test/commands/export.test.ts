/** `export`: the owner gets back what was kept, each reading once. */
import { expect, test } from 'vitest';
import { openHistory } from '../../src/history/file.js';
import { VERSION } from '../../src/history/layout.js';
import { Store } from '../../src/history/store.js';
import { DAY } from '../../src/history/tiers.js';
import { scoutAgent, scratchFolder, type Test } from '../support/scout-agent.js';

const INTERVAL = 20 * 60_000;
const T0 = Date.UTC(2026, 0, 5, 0, 10);
const CYCLES = (40 * DAY) / INTERVAL;

/** 40 days of a count that goes up by one, every 20 minutes; beside it a series of the first day alone. */
async function keep(t: Test, retentionMillis = 60 * DAY): Promise<string> {
  const folder = await scratchFolder(t);
  const { database } = openHistory(folder, T0);
  const store = new Store(database, retentionMillis);
  for (let i = 0; i < CYCLES; i++) {
    const samples = [
      { name: 'count', unit: '{connection}', attributes: '{"state":"a","port":443}', value: i },
    ];
    if (i < 3) samples.push({ name: 'other', unit: '1', attributes: '{}', value: -0.5 });
    store.append({ time: T0 + i * INTERVAL, intervalMillis: INTERVAL, samples });
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return folder;
}

const exported = async (t: Test, folder: string, ...args: string[]) =>
  scoutAgent(t, ['export', ...args], { config: `history: {directory: ${folder}}` });

interface Line {
  readonly time: string;
  readonly seconds: number;
  readonly name: string;
  readonly readings: number;
  readonly lowest: number;
  readonly mean: number;
  readonly peak: number;
}

test('as JSON, a line each: hours, minutes and readings follow on each other, and every cycle is in one', async (t) => {
  const folder = await keep(t);
  const { code, stdout, stderr } = await exported(t, folder, '--format', 'json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const counts = lines.filter(({ name }) => name === 'count');
  expect(counts.reduce((sum, { readings }) => sum + readings, 0)).toBe(CYCLES);
  expect(counts[0]).toEqual({
    time: '2026-01-05T00:00:00.000Z',
    seconds: 3_600,
    name: 'count',
    attributes: { state: 'a', port: 443 },
    unit: '{connection}',
    lowest: 0,
    mean: 1,
    peak: 2,
    readings: 3,
  });
  let end = 0;
  let next = 0;
  for (const { time, seconds, readings, lowest, mean, peak } of counts) {
    expect(Date.parse(time)).toBeGreaterThanOrEqual(end);
    end = Date.parse(time) + seconds * 1_000;
    expect([lowest, mean, peak]).toEqual([next, next + (readings - 1) / 2, next + readings - 1]);
    next += readings;
  }
  const days = (seconds: number) =>
    (counts.filter((line) => line.seconds === seconds).reduce((sum, { readings }) => sum + readings, 0) *
      INTERVAL) /
    DAY;
  expect([3_600, 60, 0].map((seconds) => Math.round(days(seconds)))).toEqual([5, 27, 8]);
  expect(lines.filter(({ name }) => name === 'other').map(({ readings }) => readings)).toEqual([3]);
});

test('everything since the retention began is given, and the whole of the hour in which it did', async (t) => {
  const folder = await keep(t, 30 * DAY);
  const { stdout } = await exported(t, folder, '--format', 'json');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  // The last cycle was at 23:50.
  const begin = T0 + 10 * DAY - 70 * 60_000;
  expect(Date.parse(lines[0]?.time as string)).toBe(begin + 10 * 60_000);
  expect(lines.reduce((sum, { readings }) => sum + readings, 0)).toBe(
    CYCLES - (begin + 10 * 60_000 - T0) / INTERVAL,
  );
});

test('a file that the agent of an older version left says what makes it readable', async (t) => {
  const folder = await scratchFolder(t);
  const { database } = openHistory(folder, T0);
  database.exec('PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const { code, stderr } = await exported(t, folder);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `scout-agent: the history in ${folder} can't be read: ${folder}/history.db is of version 1; the agent makes one of version ${VERSION} of it when it is started\n`,
  });
});

test('where minutes are pruned ahead of the readings, the hours tell of that time, and nothing is given twice', async (t) => {
  const folder = await keep(t);
  const { database } = openHistory(folder, T0);
  database.prepare('DELETE FROM minute WHERE time < ?').run(T0 + 38 * DAY);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const { stdout } = await exported(t, folder, '--format', 'json');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ name }) => name === 'count');
  expect(lines.reduce((sum, { readings }) => sum + readings, 0)).toBe(CYCLES);
  expect(new Set(lines.map(({ time }) => time)).size).toBe(lines.length);
});

test('as CSV, of a range that --from and --to give in UTC', async (t) => {
  const folder = await keep(t);
  const { code, stdout } = await exported(
    t,
    folder,
    '--from',
    '2026-02-13T23:00',
    '--to',
    '2026-02-14T00:00+00:00',
  );
  expect(code).toBe(0);
  expect(stdout).toBe(`time,seconds,name,attributes,unit,lowest,mean,peak,readings
2026-02-13T23:10:00.000Z,0,count,state=a port=443,{connection},2877,2877,2877,1
2026-02-13T23:30:00.000Z,0,count,state=a port=443,{connection},2878,2878,2878,1
2026-02-13T23:50:00.000Z,0,count,state=a port=443,{connection},2879,2879,2879,1
`);
});

test('a range with nothing in it is said', async (t) => {
  const folder = await keep(t);
  const options = ['--from', '2026-01-01', '--to', '2026-01-02'];
  const stderr = 'the history has nothing from 2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z\n';
  expect(await exported(t, folder, ...options)).toMatchObject({
    code: 0,
    stdout: 'time,seconds,name,attributes,unit,lowest,mean,peak,readings\n',
    stderr,
  });
  expect(await exported(t, folder, ...options, '--format', 'json')).toMatchObject({
    code: 0,
    stdout: '',
    stderr,
  });
});

test.for([
  ['--from', 'yesterday', 'must be a date as 2026-01-31 or 2026-01-31T12:00, in UTC, or how long ago as 7d'],
  ['--to', '2026-02-30x', 'must be a date'],
  ['--from', '2026-13-01', 'must be a date'],
  ['--from', '2026-02-30', 'must be a date'],
  ['--format', 'xml', 'Allowed choices are csv, json'],
] as const)('%s %s is refused', async ([option, value, reason], t) => {
  const { code, stdout, stderr } = await scoutAgent(t, ['export', option, value]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(reason);
});

test('--from after --to is refused', async (t) => {
  const { code, stderr } = await scoutAgent(t, ['export', '--from', '1d', '--to', '2d']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^scout-agent: there is no time from 20.*Z to 20.*Z; --from must be before --to\n$/,
    ),
  });
});

test('where nothing is kept it says where it looked and what would keep it', async (t) => {
  const folder = await scratchFolder(t);
  const { code, stdout, stderr } = await exported(t, folder);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    `scout-agent: there is no history in ${folder}; an agent writes it there, started by: `,
  );
});

test('a file of another agent that is newer is not read', async (t) => {
  const folder = await scratchFolder(t);
  const { database } = openHistory(folder, T0);
  database.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const { code, stderr } = await exported(t, folder);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `scout-agent: the history in ${folder} can't be read: ${folder}/history.db is of version 99, this program knows ${VERSION}\n`,
  });
});
