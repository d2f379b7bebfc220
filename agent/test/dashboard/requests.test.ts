/** Requests that a page of somebody else, a careless script or an attacker may send. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { type Reply, startDashboard } from '../support/dashboard.js';
import type { Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

const OWN = { host: 'localhost:1' };

test('a table of bad requests, each answered with a sentence that says what is wrong', async (t) => {
  const { ask, agent } = await startDashboard(t);
  const sentence = async (path: string, options?: Parameters<typeof ask>[1]) => {
    const { status, text, headers } = await ask(path, options);
    expect(headers['content-type']).toBe('application/json');
    return `${status} ${JSON.parse(text).error}`;
  };
  const table: [path: string, options: Parameters<typeof ask>[1], answer: string][] = [
    ['/nothing', {}, '404 there is no /nothing'],
    ['/api/nothing', {}, '404 there is no /api/nothing'],
    ['/..%2f..%2fpackage.json', {}, '404 there is no /..%2f..%2fpackage.json'],
    ['/../../package.json', {}, '404 there is no /package.json'],
    ['/.%00', {}, '404 there is no /.\u0000'],
    ['/api/series', { method: 'POST' }, '405 POST is not answered here, only GET and HEAD'],
    ['/api/series', { method: 'DELETE' }, '405 DELETE is not answered here, only GET and HEAD'],
    [
      '/',
      { method: 'OPTIONS', headers: { origin: 'http://a' } },
      '405 OPTIONS is not answered here, only GET and HEAD',
    ],
    [
      '/api/status',
      { headers: { host: 'evil.example' } },
      '421 this host is asked under a name that is not its own; behind a proxy, dashboard.url says which name that is',
    ],
    [
      '/',
      { headers: { host: '127.0.0.1.evil.example:4380' } },
      '421 this host is asked under a name that is not its own; behind a proxy, dashboard.url says which name that is',
    ],
    [
      '/metrics',
      { headers: { host: '192.0.2.1' } },
      '421 this host is asked under a name that is not its own; behind a proxy, dashboard.url says which name that is',
    ],
    [
      '/api/status',
      { headers: { ...OWN, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' } },
      '403 this is not for pages of other sites',
    ],
    [
      '/api/status',
      { headers: { ...OWN, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' } },
      '403 this is not for pages of other sites',
    ],
    [
      '/api/series?from=yesterday',
      {},
      '400 from must be milliseconds since 1970, or a date such as 2026-01-31T12:00, in UTC',
    ],
    [
      '/api/series?from=2026-02-31T00:00:00Z',
      {},
      '400 from must be milliseconds since 1970, or a date such as 2026-01-31T12:00, in UTC',
    ],
    [
      '/api/series?to=-1',
      {},
      '400 to must be milliseconds since 1970, or a date such as 2026-01-31T12:00, in UTC',
    ],
    [
      '/api/series?to=999999999999999',
      {},
      '400 to must be milliseconds since 1970, or a date such as 2026-01-31T12:00, in UTC',
    ],
    ['/api/series?from=1&from=2', {}, '400 from must be given once'],
    ['/api/series?from=20&to=20', {}, '400 from must be before to'],
    ['/api/series?points=0', {}, '400 points must be a whole number from 1 to 2000'],
    ['/api/series?points=2001', {}, '400 points must be a whole number from 1 to 2000'],
    ['/api/series?points=1e3', {}, '400 points must be a whole number from 1 to 2000'],
    [`/api/series?${'name=a&'.repeat(21)}`, {}, '400 name may be given 20 times'],
    [
      '/api/summary?form=1',
      {},
      '400 unknown parameter "form"; allowed: from, to, points, name; did you mean from?',
    ],
    ['/api/summary?__proto__=1', {}, '400 unknown parameter "__proto__"; allowed: from, to, points, name'],
    ["/api/series?name='; DROP TABLE raw--".replaceAll(' ', '%20'), {}, ''],
  ];
  for (const [path, options, answer] of table) {
    if (answer === '') expect((await ask(path, options)).status).toBe(200);
    else expect(await sentence(path, options)).toBe(answer);
  }
  expect((await ask('/', { headers: { host: 'localhost:80@evil.example' } })).status).toBe(400);
  expect((await ask('/api/status')).status).toBe(200);
  expect(agent.stderr()).not.toMatch(/ warn | error /);
});

test('to a browser a refusal is a page, in which nothing of the request is markup', async (t) => {
  const { ask } = await startDashboard(t);
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const { status, headers, text } = await ask('/%3Cimg%20src=x%3E', { headers: { ...OWN, ...browser } });
  expect(status).toBe(404);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=UTF-8',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
  expect(text).toContain('<p>there is no /&lt;img src=x&gt;</p>');
});

test('names of this host, a link from elsewhere, and the name of its proxy are answered', async (t) => {
  const { ask } = await startDashboard(t, {
    config: 'dashboard: {listen: "127.0.0.1:0", url: "https://scout.example.net/web-3"}',
  });
  for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1:2', '127.1.2.3', '[::1]:3', 'scout.example.net'])
    expect(await ask('/healthz', { headers: { host } })).toMatchObject({ status: 200 });
  const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect(await ask('/healthz', { headers: { ...OWN, ...navigation } })).toMatchObject({ status: 200 });
});

test('every answer keeps scripts, frames and other origins out', async (t) => {
  const { ask } = await startDashboard(t);
  for (const path of ['/', '/api/status', '/nothing']) {
    const { headers } = await ask(path, { headers: { ...OWN, origin: 'http://evil.example' } });
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

test('who asks too much is told to wait, and counting goes on', async (t) => {
  const { ask, receiver } = await startDashboard(t);
  const replies: Reply[] = [];
  // Fewer at a time than it takes connections.
  while (replies.length < 250)
    replies.push(...(await Promise.all(Array.from({ length: 50 }, () => ask('/api/status')))));
  const refused = replies.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(50);
  expect(refused[0]?.headers['retry-after']).toBe('10');
  expect(JSON.parse(refused[0]?.text ?? '')).toEqual({
    error: 'more than 200 requests in 10 s came from this address',
  });
  for (const path of ['/healthz', '/metrics']) expect((await ask(path)).status).toBe(200);
  await receiver.untilTaken(receiver.taken.length + 2);
});

test('a head that is too long, no HTTP at all, and a head that never ends', async (t) => {
  const { ask, link, receiver } = await startDashboard(t);
  expect((await ask('/', { headers: { ...OWN, cookie: 'x'.repeat(20_000) } })).status).toBe(431);
  const answers = await Promise.all(
    [
      '\u0016\u0003\u0001\u0002\u0000',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
    ].map((text) => answerTo(link, text)),
  );
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 4/);
  // It ends after ten seconds; what matters is that others are answered meanwhile.
  const slow = connect(Number(link.port), link.hostname);
  t.onTestFinished(() => void slow.destroy());
  slow.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  expect((await ask('/healthz')).status).toBe(200);
  await receiver.untilTaken(receiver.taken.length + 1);
});

test('connections that say nothing do not keep others out, and end none that is being answered', async (t) => {
  const { ask, link } = await startDashboard(t);
  const following = await open(t, link);
  following.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(following, 'data');
  const silent: Socket[] = [];
  for (let i = 0; i < 200; i++) {
    const socket = await open(t, link);
    // Some have begun a head and don't end it.
    if (i % 2 === 0) socket.write('GET / HTTP/1.1\r\n');
    silent.push(socket);
  }
  for (let i = 0; i < 5; i++) expect((await ask('/healthz')).status).toBe(200);
  await until(
    () => silent.filter(({ closed }) => closed).length >= 200 - 128,
    () => 'the oldest having been ended',
  );
  expect(silent.slice(-100).filter(({ closed }) => closed)).toEqual([]);
  await once(following, 'data');
});

/** A connection that nobody speaks on yet. */
async function open(t: Test, { hostname, port }: URL): Promise<Socket> {
  const socket = connect(Number(port), hostname).on('error', () => {});
  t.onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket.resume();
}

/** What comes back for bytes until the connection ends. */
function answerTo({ hostname, port }: URL, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part) => {
      answer += part;
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
