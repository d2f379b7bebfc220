import { expect, test } from 'vitest';
import { startCounting } from '../support/counting.js';
import { asker, startDashboard } from '../support/dashboard.js';
import { configFile, type Ended, scoutAgent, scratchFolder, type Test } from '../support/scout-agent.js';

const TOKEN = '0123456789abcdef';

async function ask(t: Test, file: string): Promise<Ended> {
  return scoutAgent(t, ['dashboard', '--config', file]);
}

async function start(t: Test, dashboard: string) {
  const folder = await scratchFolder(t);
  const config = `history: {directory: ${folder}}\ndashboard: ${dashboard}\n`;
  return { file: await configFile(t, config), ...(await startDashboard(t, { config })) };
}

test('it prints where the page is', async (t) => {
  const { file, link } = await start(t, '{listen: "127.0.0.1:0"}');
  expect(await ask(t, file)).toMatchObject({ code: 0, stdout: `${link.href}\n`, stderr: '' });
});

test('with a token each call prints a link of its own that is good once', async (t) => {
  const { file, link } = await start(t, `{listen: "127.0.0.1:0", token: ${TOKEN}}`);
  const links = [link.href, (await ask(t, file)).stdout.trim(), (await ask(t, file)).stdout.trim()];
  expect(new Set(links).size).toBe(3);
  for (const text of links) {
    const { pathname, search } = new URL(text);
    expect((await asker(link)(pathname + search)).status).toBe(302);
    expect((await asker(link)(pathname + search)).status).toBe(401);
  }
});

test('without an agent it says what starts one', async (t) => {
  const folder = await scratchFolder(t);
  const file = await configFile(t, `history: {directory: ${folder}}`);
  const { code, stdout, stderr } = await ask(t, file);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(
      `^scout-agent: no agent answers at \\S+agent\\.sock; one that does is started by: \\S.* run --config ${file}\n$`,
    ),
  );
});

test('of an agent without a page it says so', async (t) => {
  const folder = await scratchFolder(t);
  const file = await configFile(t, `history: {directory: ${folder}}\ndashboard: {listen: none}`);
  const { receiver } = await startCounting(t, {
    config: `history: {directory: ${folder}}\ndashboard: {listen: none}`,
  });
  await receiver.untilTaken(1);
  expect(await ask(t, file)).toMatchObject({
    code: 1,
    stderr: 'scout-agent: this agent shows no page: dashboard.listen is none\n',
  });
});
