/** Notifications are scored as the table says. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { CLASSES, type MonthClass, nameOf, serverMonth } from '../../../bench/alerts/classes.js';
import { missedTargets, report } from '../../../bench/alerts/report.js';
import { isInTime, type Judge, score } from '../../../bench/alerts/score.js';
import type { Truth } from '../../../bench/alerts/server-month.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../support/calendar.js';
import { compiled } from '../../support/compiled.js';

const says =
  (...notifications: readonly (readonly [time: number, rule: string])[]): Judge =>
  () =>
    notifications.map(([time, rule]) => ({ time, rules: [rule] }));

function classOf(name: string): MonthClass {
  const found = CLASSES.find((one) => nameOf(one) === name);
  if (!found) throw new Error(`no class ${name}`);
  return found;
}

const LEAK = classOf('leak of 10 % an hour, mixed, noise 5 %');
const FLOOD = classOf('flood, mixed, noise 10 %');
const QUIET = classOf('no incident, holidays, noise 10 %');

test('what comes while nothing is wrong is false', () => {
  const month = serverMonth(QUIET, 'training', 0);
  const [gap] = month.truth;
  if (!gap) throw new Error('the month has no gap');
  const { from } = month.judged;
  const judge = says(
    [from + HOUR, 'leak-fast'],
    [gap.from + 30 * SECOND, 'blind'],
    [gap.from + 30 * SECOND, 'above-normal-peak'],
    [gap.to + HOUR, 'blind'],
  );
  expect(score(judge, month)).toEqual({
    falseRules: ['leak-fast', 'above-normal-peak', 'blind'],
    quietMillis: 30 * DAY,
  });
});

test('the delay of an incident is until the first rule that is about it', () => {
  const month = serverMonth(LEAK, 'training', 0);
  const { from, to } = month.truth[0] as Truth;
  const judge = says(
    [from - HOUR, 'leak-fast'],
    [from + HOUR, 'heavy-transfer'],
    [from + 3 * HOUR, 'above-normal-peak'],
    [from + 5 * HOUR, 'leak-fast'],
    [to + 2 * HOUR, 'rising-fast'],
  );
  const outcome = score(judge, month);
  expect(outcome.falseRules).toEqual(['leak-fast', 'rising-fast']);
  expect(outcome.incident).toEqual({ delayMillis: 3 * HOUR, namedDelayMillis: 5 * HOUR, messages: 3 });
});

test('a leak has to be found within eight hours, a flood by the third cycle at its full', () => {
  expect(isInTime(8 * HOUR, LEAK)).toBe(true);
  expect(isInTime(8 * HOUR + MINUTE, LEAK)).toBe(false);
  expect(isInTime(undefined, LEAK)).toBe(false);
  const month = serverMonth(FLOOD, 'training', 0);
  const { from, full } = month.truth[0] as Truth;
  const delay = (time: number) => score(says([time, 'flood']), month).incident?.delayMillis;
  expect(delay(from + SECOND)).toBe(0);
  const firstCycle = Math.ceil(full / month.stepMillis) * month.stepMillis;
  expect(isInTime(delay(firstCycle + 2 * month.stepMillis), FLOOD)).toBe(true);
  expect(isInTime(delay(firstCycle + 4 * month.stepMillis), FLOOD)).toBe(false);
});

test('the table has a row for each class, and what misses its target is told', () => {
  const outcome = (falses: number) => ({
    falseRules: new Array(falses).fill('leak-fast'),
    quietMillis: 30 * DAY,
  });
  const found = (delayMillis: number | undefined) => ({
    falseRules: [],
    quietMillis: DAY,
    incident: { delayMillis, namedDelayMillis: undefined, messages: 1 },
  });
  const judged = [
    { of: QUIET, outcomes: [outcome(0), outcome(1), outcome(0), outcome(1)] },
    { of: LEAK, outcomes: [found(HOUR), found(2 * HOUR), found(9 * HOUR), found(undefined)] },
  ];
  const text = report(judged);
  expect(text).toMatch(/\| holidays +\| +10 % \| +4 \| +0\.50 \| .* \| +≤ 0\.2 \| +50 % \| leak-fast 2 +\|/);
  expect(text).toMatch(
    /\| leak of 10 % an hour \| .* 8 h \| +50 % \| .* ≥ 98\.0 % \| +0 % \| +2 h \| +9 h \| +1\.0 \| +0\.00 \|/,
  );
  expect(missedTargets(judged)).toEqual([
    'no incident, holidays, noise 10 %: 0.50 false a month, at most 0.2 is wanted',
    'leak of 10 % an hour, mixed, noise 5 %: 50 % found in time, 98.0 % is wanted',
  ]);
  expect(
    missedTargets([
      { of: QUIET, outcomes: [outcome(0)] },
      { of: LEAK, outcomes: [found(HOUR)] },
    ]),
  ).toEqual([]);
});

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [compiled('threshold-judge.js'), ...args]);

test('a program judges months on all CPUs, the same ones each time', async () => {
  const args = ['--months', '3', '--seeds', 'training', '--class', 'flood, mixed'];
  const [first, second] = await Promise.all([run(...args), run(...args)]);
  expect(first.stdout).toBe(second.stdout);
  expect(first.stdout.split('\n').filter((line) => line.startsWith('| flood'))).toHaveLength(3);
  expect(first.stdout).not.toContain('Without incident');
  const quoted = await run(...args.map((arg) => (arg === 'training' ? 'quoted' : arg)));
  expect(quoted.stdout.split('\n').slice(1)).not.toEqual(first.stdout.split('\n').slice(1));
});

test('the rules as they are find a flood', async () => {
  const args = ['--months', '2', '--seeds', 'training', '--class', 'flood, mixed, noise 5'];
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/alerts.mjs', ...args]);
  expect(stdout).toMatch(/^\| flood .*\|\s+2 \|\s+30 s \|\s+100 % \|/m);
});

test('with --check it fails where a target is missed', async () => {
  const args = ['--months', '2', '--class', 'leak of 5 % an hour, mixed, noise 5'];
  const failed = await run(...args, '--check').catch((error: { code: number; stderr: string }) => error);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('missed: leak of 5 % an hour') });
  expect((await run(...args)).stdout).toContain('leak of 5 % an hour');
});

test.each([
  [['--seeds', 'all'], '--seeds all: training or quoted is meant'],
  [['--months', 'many'], '--months many: at least 1 is needed'],
  [
    ['--class', 'meteorite'],
    '--class meteorite: no class is called so; there are\nno incident, weekends alone',
  ],
])('%j is refused', async (args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});
