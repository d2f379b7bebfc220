import { expect, test } from 'vitest';
import { writeHistory } from '../../../test/browser/history.js';
import { backtest } from '../../src/alerts/backtest.js';
import { gaugeKey, type Reading } from '../../src/alerts/reading.js';
import { rulesOf } from '../../src/alerts/rules/index.js';
import { DEFAULT_ALERTS } from '../../src/alerts/settings.js';
import { configFile, scoutAgent, scratchFolder } from '../support/scout-agent.js';
import { BEGIN, DAY, HOUR, MINUTE, ordinary } from './judged-host.js';

function* minutes(days: number, established: (time: number) => number | undefined): Generator<Reading> {
  for (let time = BEGIN + MINUTE; time <= BEGIN + days * DAY; time += MINUTE) {
    const count = established(time);
    if (count === undefined) continue;
    const gauges = { [gaugeKey('system.network.connection.count', 'established')]: count };
    const counters = { received: {}, transmitted: {}, acceptQueueFull: {}, synCookies: {} };
    yield { time, scans: { both: true }, gauges, counters };
  }
}

const RULES = rulesOf(DEFAULT_ALERTS, MINUTE);

test('an incident of the past is found once, from its sixth minute to its end', () => {
  const [from, to] = [BEGIN + 5 * DAY + 12 * HOUR, BEGIN + 5 * DAY + 14 * HOUR];
  const { firings } = backtest(
    RULES.filter(({ name }) => name === 'above-normal-peak'),
    minutes(7, (time) => Math.round(ordinary(time) * (time > from && time <= to ? 1.8 : 1))),
  );
  expect(firings).toMatchObject([
    { rule: 'above-normal-peak', severity: 'warning', from: from + 6 * MINUTE, to: to + MINUTE },
  ]);
});

test('each rule says from when on it had its baseline', () => {
  const { firings, baselineFrom } = backtest(
    RULES,
    minutes(23, (time) => (time > BEGIN + 10 * HOUR ? Math.round(ordinary(time)) : undefined)),
  );
  expect(firings).toEqual([]);
  const days = Object.fromEntries(
    ['above-normal-peak', 'leak-fast', 'leak-slow'].map((name) => [
      name,
      Math.floor(((baselineFrom.get(name) ?? 0) - BEGIN) / DAY),
    ]),
  );
  // The first day is not complete; of hours three days are enough, weeks are compared with two before.
  expect(days).toEqual({ 'above-normal-peak': 4, 'leak-fast': 4, 'leak-slow': 20 });
  // Without bytes nothing can be said of them.
  expect(baselineFrom.has('heavy-transfer')).toBe(false);
});

test('the command tells of the history of a host, and what other thresholds would have done', async (t) => {
  const directory = await scratchFolder(t);
  const { peak } = await writeHistory(directory, { seed: 5, pattern: 'spike', days: 8 });
  const busy = `{name: busy, metric: system.network.connection.count, state: established, above: ${peak / 2}}`;
  const waiting = '{name: waiting, metric: system.network.connection.count, state: close_wait, above: 0}';
  const file = await configFile(
    t,
    `history: {directory: ${directory}}\nalerts: {rules: [${busy}, ${waiting}]}\n`,
  );
  const { code, stdout } = await scoutAgent(t, ['alerts', '--backtest', '30d', '-c', file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^The minutes from \S+Z to \S+Z \(8d\)\.$/m);
  expect(stdout).toMatch(/^busy +([2-9]|\d\d) times +\d{4}-\d\d-\d\d$/m);
  expect(stdout).toMatch(/^\S+Z busy \(warning\), for .*: [\d,]+ connections/m);
  expect(stdout).toMatch(/^above-normal-peak +(never|once|\d+ times) +\d{4}-\d\d-\d\d$/m);
  expect(stdout).toMatch(/^leak-slow +never +never$/m);
  expect(stdout).toMatch(/^ {2}175 %: (never|once|\d+ times)$/m);
  expect(stdout).toMatch(/^waiting +(once|\d+ times) +\d{4}-\d\d-\d\d$/m);

  // What is normal was learnt before the hour.
  const hour = await scoutAgent(t, ['alerts', '--backtest', '1h', '-c', file]);
  expect(hour.stdout).toMatch(/^The minutes from \S+Z to \S+Z \((1h|59m|5\dm.*)\)\.$/m);
  expect(hour.stdout).toMatch(/^above-normal-peak +(never|once) +\d{4}-\d\d-\d\d$/m);
});

test('without a history it says where it looked', async (t) => {
  const directory = await scratchFolder(t);
  const file = await configFile(t, `history: {directory: ${directory}}\n`);
  const { code, stderr } = await scoutAgent(t, ['alerts', '--backtest', '7d', '-c', file]);
  expect(code).toBe(1);
  expect(stderr).toContain(directory);
});
