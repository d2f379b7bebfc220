/** Alerts of a running agent: what fires, who it was, what a restart makes of it, and the commands about it. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCounting } from '../support/counting.js';
import { pointsIn } from '../support/receiver.js';
import { configFile, scoutAgent, scratchFolder, startScoutAgent, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

const RULES = `alerts:
  rules: [{name: crowd, metric: system.network.connection.count, state: established, above: 20, severity: critical}]
`;
const FIRES = / error .*alert: crowd \(critical\): (\d+) connections in ESTABLISHED, more than 20 \(crowd\)$/;
const OVER = / info .*alert over: crowd \(critical\)$/;

async function startCrowd(t: Test, more = '') {
  const directory = await scratchFolder(t);
  const config = `interval: 1s\nhistory: {directory: ${directory}}\n${RULES}${more}`;
  const counting = await startCounting(t, { tables: { tcp: 30, tcp6: 3 }, config });
  const file = await configFile(t, `history: {directory: ${directory}}\n${RULES}`);
  const command = (...args: string[]) => scoutAgent(t, [...args, '-c', file]);
  return { ...counting, directory, config, command };
}

async function keptEvents(directory: string): Promise<{ id: string; resolvedAt?: number; who?: object }[]> {
  return JSON.parse(await readFile(join(directory, 'alerts.json'), 'utf8').catch(() => '{"events": []}'))
    .events;
}

test('what fires is told in the log, kept with who it was, and over when it is over', async (t) => {
  const { agent, proc, directory, command } = await startCrowd(t);
  await agent.untilLogged(FIRES);
  await until(
    async () => (await keptEvents(directory))[0]?.who !== undefined,
    () => 'an event with who it was',
  );
  const { stdout } = await command('alerts');
  expect(stdout).toMatch(/^crowd +critical +firing +33 +20 +165 %$/m);
  expect(stdout).toMatch(/crowd \(critical\), still firing: 33 connections/);
  expect(stdout).toContain('above-normal-peak (warning): learning, 0 of 3 days');
  const json = JSON.parse((await command('alerts', '--json')).stdout);
  expect(json.rules.find(({ rule }: { rule: string }) => rule === 'crowd')).toMatchObject({
    state: 'firing',
    value: 33,
    threshold: 20,
  });

  const at = new Date(json.events[0].firedAt).toISOString().slice(0, 16);
  const seen = await command('inspect', '--at', at);
  expect(seen.stdout).toMatch(/^crowd \(critical\): 33 connections in ESTABLISHED/);
  expect(seen.stdout).toMatch(/33 +100% .*127\.0\.0\.0\/24|127\.0\.0\.1/);

  expect((await command('inspect', '--at', '2100-01-01')).stderr).toContain(`alerts fired at ${at}`);

  // A rule about one state keeps no other.
  const kept = (await command('export', '--format', 'json')).stdout;
  expect(kept).toContain('"network.connection.state":"established"');
  expect(kept).not.toContain('syn_sent');

  await proc.write('tcp', 2);
  await agent.untilLogged(OVER);
  await agent.stop();
  expect(await keptEvents(directory)).toMatchObject([{ resolvedAt: expect.any(Number) }]);
  // Without the agent its file answers.
  expect((await command('inspect', '--at', at)).stdout).toBe(seen.stdout);
  const never = await command('inspect', '--at', '2020-01-01');
  expect(never.code).toBe(1);
  expect(never.stderr).toContain(`no alert fired at 2020-01-01T00:00:00.000Z`);
  expect(never.stderr).toContain(at);
});

test('an agent that was killed does not fire again, and tells the end that it has missed', async (t) => {
  const first = await startCrowd(t);
  await first.agent.untilLogged(FIRES);
  await until(
    async () => (await keptEvents(first.directory))[0]?.who !== undefined,
    () => 'an event',
  );
  await first.agent.stop('SIGKILL');
  const start = () =>
    startScoutAgent(t, {
      config: `proc: ${first.proc.path}\n${first.config}`,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: first.receiver.endpoint },
    });
  const second = await start();
  await first.receiver.untilTaken(first.receiver.taken.length + 3);
  expect(second.logged(FIRES)).toEqual([]);
  expect(await keptEvents(first.directory)).toHaveLength(1);
  await second.stop('SIGKILL');

  await first.proc.write('tcp', 2);
  const third = await start();
  await third.untilLogged(OVER);
  await third.stop();
  expect(await keptEvents(first.directory)).toMatchObject([{ resolvedAt: expect.any(Number) }]);
});

test('a rule that is no more has no event that goes on', async (t) => {
  const { agent, directory, proc, receiver } = await startCrowd(t);
  await agent.untilLogged(FIRES);
  await until(
    async () => (await keptEvents(directory)).length === 1,
    () => 'an event',
  );
  await agent.stop();
  const next = await startScoutAgent(t, {
    config: `proc: ${proc.path}\ninterval: 1s\nhistory: {directory: ${directory}}`,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint },
  });
  await receiver.untilTaken(receiver.taken.length + 2);
  const file = await configFile(t, `history: {directory: ${directory}}`);
  await until(
    async () =>
      JSON.parse((await scoutAgent(t, ['alerts', '--json', '-c', file])).stdout).events[0]?.resolvedAt,
    () => 'the end of the event',
  );
  await next.stop();
});

test('a file of alerts that can not be understood is set aside, and judging goes on', async (t) => {
  const directory = await scratchFolder(t);
  await writeFile(join(directory, 'alerts.json'), '{"version": 7}');
  const { agent } = await startCounting(t, {
    tables: { tcp: 30 },
    config: `interval: 1s\nhistory: {directory: ${directory}}\n${RULES}`,
  });
  await agent.untilLogged(
    / warn .*alerts\.json can not be understood: it is set aside as .*alerts\.json\.unreadable/,
  );
  await agent.untilLogged(FIRES);
  await agent.stop();
  expect(await readFile(join(directory, 'alerts.json.unreadable'), 'utf8')).toBe('{"version": 7}');
});

test('the state of each rule is a metric', async (t) => {
  const { receiver, agent } = await startCrowd(t);
  await receiver.untilTakes((body) =>
    pointsIn(body).some(
      ({ name, value, attributes }) =>
        name === 'scout.alert.state' && value === 2 && attributes['scout.alert.rule'] === 'crowd',
    ),
  );
  await agent.stop();
});

test('silence is kept over a restart, and ended by a word', async (t) => {
  const { agent, command, directory } = await startCrowd(t);
  await agent.untilLogged(FIRES);
  const said = await command('silence', '2h');
  expect(said.stdout).toMatch(
    /^silent until .*Z: what fires and ends until then is not told; .* silence off --config \S+ ends it\n$/,
  );
  expect((await command('alerts')).stdout).toMatch(/^Silent until /);
  await until(
    async () => JSON.parse(await readFile(join(directory, 'alerts.json'), 'utf8')).silencedUntil > Date.now(),
    () => 'a silence in the file',
  );
  expect((await command('silence')).stdout).toBe(said.stdout);
  expect((await command('silence', 'off')).stdout).toBe('not silent: alerts are told\n');
  for (const wrong of ['40d', 'soon', '0s', '-1h'])
    expect(await command('silence', wrong)).toMatchObject({ code: 2 });
  await agent.stop();
  const { code, stderr } = await command('silence', '2h');
  expect(code).toBe(1);
  expect(stderr).toContain('no agent answers at');
});

test('alerts that are off say so', async (t) => {
  const directory = await scratchFolder(t);
  const config = `history: {directory: ${directory}}\nalerts: false`;
  const { agent } = await startCounting(t, { config: `interval: 1s\n${config}` });
  const file = await configFile(t, config);
  await until(
    () => existsSync(join(directory, 'agent.sock')),
    () => 'its socket',
  );
  const { code, stderr } = await scoutAgent(t, ['alerts', '-c', file]);
  expect(code).toBe(1);
  expect(stderr).toContain('this agent judges nothing: alerts is false in its configuration');
  await agent.stop();
});
