import { expect, test } from 'vitest';
import { asker, startDashboard } from '../support/dashboard.js';

const TOKEN = '0123456789abcdef';
const config = (listen: string) => `dashboard: {listen: "${listen}:0", token: ${TOKEN}}`;

test('with a token: its header, or a cookie of a link that is good once, and nobody else', async (t) => {
  const { ask, link, agent } = await startDashboard(t, { config: config('0.0.0.0') });
  expect(agent.stderr()).not.toContain(TOKEN);
  expect(agent.stderr()).not.toContain('ssh -L');
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

  const again = await local(link.pathname + link.search, { headers: { 'sec-fetch-mode': 'navigate' } });
  expect(again.status).toBe(401);
  expect(again.headers['content-type']).toMatch(/^text\/plain/);
  expect(again.text).toMatch(/^this link was used or is too old; open the link that the agent prints/);
});

test('a link through a proxy is below its path, and its cookie is for https alone', async (t) => {
  const { link, agent } = await startDashboard(t, {
    config: `dashboard: {listen: "127.0.0.1:0", token: ${TOKEN}, url: "https://scout.example.net/web-3/"}`,
  });
  expect(link.href).toMatch(/^https:\/\/scout\.example\.net\/web-3\/enter\?code=/);
  expect(agent.stderr()).not.toContain('ssh -L');
});
