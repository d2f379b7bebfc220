import { expect, test } from 'vitest';
import { type Ask, asker, type Reply, startDashboard } from '../support/dashboard.js';

const TOKEN = '0123456789abcdef';
const config = (listen: string, token = TOKEN) => `dashboard: {listen: "${listen}:0", token: ${token}}`;

/** The cookie that a link sets, as it is sent back, and with what belongs to it. */
async function cookieOf(ask: Ask, link: URL): Promise<{ cookie: string; whole: string }> {
  const [whole = ''] = (await ask(`/enter${link.search}`)).headers['set-cookie'] ?? [];
  return { cookie: whole.split(';')[0] as string, whole };
}

test('with a token: its header, or a cookie of a link that is good once, and nobody else', async (t) => {
  const { ask, link, agent } = await startDashboard(t, { config: config('0.0.0.0') });
  expect(agent.stderr()).not.toContain(TOKEN);
  expect(agent.stderr()).not.toContain('ssh -L');
  expect(agent.stderr()).toMatch(
    / dashboard: \S+ \(good once, for an hour; for another one: \S.* dashboard --config \S+agent\.env\.yml\)\n/,
  );
  const local = asker(new URL(link.href.replace(link.hostname, '127.0.0.1')));
  expect(ask).toBeDefined();

  for (const path of ['/', '/api/status', '/api/series', '/api/events', '/healthz', '/metrics', '/enter'])
    expect((await local(path)).status).toBe(401);
  for (const authorization of [
    '',
    'Bearer',
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
  ])
    expect((await local('/metrics', { headers: { authorization } })).status).toBe(401);
  expect((await local('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
  expect(
    (await local('/metrics', { headers: { authorization: `bearer ${TOKEN}`, host: 'web-3' } })).status,
  ).toBe(200);

  const seen = await local(link.pathname + link.search, { method: 'HEAD' });
  expect(seen).toMatchObject({ status: 302, headers: { location: './' } });
  expect(seen.headers).not.toHaveProperty('set-cookie');

  const entered = await local(link.pathname + link.search);
  expect(entered).toMatchObject({ status: 302, headers: { location: './' } });
  const [set] = entered.headers['set-cookie'] ?? [];
  expect(set).toMatch(/; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
  const cookie = set?.split(';')[0] as string;
  expect((await local('/api/status', { headers: { cookie } })).status).toBe(200);
  const [name, value = ''] = cookie.split('=');
  const later = value.replace(/^\d+/, (until) => String(Number(until) + 1));
  for (const forged of [`${name}=${later}`, `${name}=9999999999999`, `${name}=9999999999999.`, `${name}=`])
    expect((await local('/api/status', { headers: { cookie: forged } })).status).toBe(401);

  const again = await local(link.pathname + link.search, { headers: { accept: 'text/html,*/*;q=0.8' } });
  expect(again.status).toBe(401);
  expect(again.headers['content-type']).toMatch(/^text\/html/);
  expect(again.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  expect(again.text).toMatch(
    /^<!doctype html>.*<p>this link was used or is too old; open the link that the agent prints/s,
  );
});

test('a link through a proxy is below its path, and its cookie is for https alone', async (t) => {
  const { ask, link, agent } = await startDashboard(t, {
    config: `dashboard: {listen: "127.0.0.1:0", token: ${TOKEN}, url: "https://scout.example.net/web-3/"}`,
  });
  expect(link.href).toMatch(/^https:\/\/scout\.example\.net\/web-3\/enter\?code=/);
  expect(agent.stderr()).not.toContain('ssh -L');
  const { whole } = await cookieOf(ask, link);
  expect(whole).toMatch(/; Path=\/web-3; HttpOnly; Secure; SameSite=Lax$/);
});

test('agents of one name, on two ports for example, leave each other their cookies', async (t) => {
  const one = await startDashboard(t, { config: config('127.0.0.1') });
  const other = await startDashboard(t, { config: config('127.0.0.1', 'fedcba9876543210') });
  const jar = new Map<string, string>();
  for (const { ask, link } of [one, other]) {
    const { cookie } = await cookieOf(ask, link);
    jar.set(cookie.split('=')[0] as string, cookie);
  }
  const cookie = [...jar.values()].join('; ');
  for (const { ask } of [one, other])
    expect((await ask('/api/status', { headers: { cookie } })).status).toBe(200);
});

test('who guesses is told to wait, and whoever knows the token at the same address is not', async (t) => {
  const { ask, link } = await startDashboard(t, { config: config('127.0.0.1') });
  const guesses: Reply[] = [];
  const guess = (path: string) => ask(path, { headers: { authorization: 'Bearer 0000000000000000' } });
  const paths = ['/healthz', '/metrics', '/', '/enter?code=x'];
  while (guesses.length < 240)
    guesses.push(...(await Promise.all(Array.from({ length: 40 }, (_, i) => guess(paths[i % 4] as string)))));
  expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401, 429]));
  const known = { headers: { authorization: `Bearer ${TOKEN}` } };
  for (const path of ['/healthz', '/metrics', '/', '/api/status'])
    expect((await ask(path, known)).status).toBe(200);
  expect((await cookieOf(ask, link)).cookie).not.toBe('');
});
