import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { slackChannel } from '../../src/notify/channels/slack.js';
import { webhookChannel } from '../../src/notify/channels/webhook.js';
import { messageOf } from '../../src/notify/message.js';
import { startProxy } from '../support/proxy.js';
import { type Answering, cuts, hangs, says, speaksSmtp, startReceiver, takes } from './http-receiver.js';
import { notification } from './notifications.js';

const KEY = Buffer.alloc(32, 9);
const secret = `whsec_${KEY.toString('base64')}`;
const severities = ['critical'] as const;
const never = new AbortController().signal;
const told = notification();
const message = messageOf(told, { host: 'web-3', dashboard: undefined });

test('a webhook is signed as Standard Webhooks has it, and carries text and data', async (t) => {
  const receiver = await startReceiver(t);
  const headers = { authorization: 'Bearer a' };
  const channel = webhookChannel({ url: receiver.url, secret, headers, severities });
  const begun = Math.floor(Date.now() / 1000);
  expect(await channel.send(message, told, never)).toEqual({ outcome: 'taken', said: '200 ok' });
  const [request] = receiver.received;
  const {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  } = request?.headers ?? {};
  expect(id).toBe(told.id);
  expect(Number(timestamp)).toBeGreaterThanOrEqual(begun);
  // The specification, "Signature scheme": https://github.com/standard-webhooks/standard-webhooks
  const expected = createHmac('sha256', KEY).update(`${id}.${timestamp}.${request?.body}`).digest('base64');
  expect(signature).toBe(`v1,${expected}`);
  expect(request?.headers).toMatchObject({
    authorization: 'Bearer a',
    'content-type': 'application/json; charset=utf-8',
  });
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    version: 1,
    type: 'alert.firing',
    id: told.id,
    timestamp: '2026-11-23T03:07:10.000Z',
    host: 'web-3',
    severity: 'critical',
    text: expect.stringContaining('since 03:02 UTC'),
    alerts: [
      { rule: 'above-normal-peak', since: '2026-11-23T03:02:00.000Z', firedAt: '2026-11-23T03:07:00.000Z' },
    ],
  });
});

test('without a secret nothing is signed', async (t) => {
  const receiver = await startReceiver(t);
  await webhookChannel({ url: receiver.url, secret: undefined, headers: {}, severities }).send(
    message,
    told,
    never,
  );
  expect(receiver.received[0]?.headers).not.toHaveProperty('webhook-signature');
});

test('Slack gets blocks, and text for where blocks are not shown', async (t) => {
  const receiver = await startReceiver(t);
  expect(await slackChannel({ url: receiver.url, severities }).send(message, told, never)).toEqual({
    outcome: 'taken',
    said: '200 ok',
  });
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
    text: expect.stringMatching(/^CRITICAL web-3: 4,210 connections/),
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: expect.stringMatching(/^\*CRITICAL web-3/) } },
      { type: 'context', elements: [{ type: 'plain_text', text: expect.stringContaining('nginx[812]') }] },
      {
        type: 'context',
        elements: [
          {
            text: expect.stringMatching(
              /^`[▁▂▃▄▅▆▇█]{30}` 02:08 to 03:07 UTC: 4,\d+ at the end, threshold 3,660$/,
            ),
          },
        ],
      },
      {
        type: 'context',
        elements: [
          {
            text: expect.stringMatching(
              /^Quiet: `scout-agent silence 2h` {2}· {2}<https:.*\|About above-normal-peak>$/,
            ),
          },
        ],
      },
    ],
  });
});

test.each<[string, Answering, object]>([
  ['500', says(500, {}, 'down'), { outcome: 'retry', said: '500 down' }],
  ['408', says(408), { outcome: 'retry' }],
  [
    '429',
    says(429, { 'retry-after': '90' }, 'rate_limited'),
    { outcome: 'retry', said: '429 rate_limited', retryAfterMillis: 90_000 },
  ],
  ['404', says(404, {}, 'no_service\r\n'), { outcome: 'retry', said: '404 no_service' }],
  ['400', says(400, {}, 'invalid_payload'), { outcome: 'refused', said: '400 invalid_payload' }],
  [
    'a redirect',
    says(302, { location: 'http://127.0.0.1:9/' }),
    { outcome: 'retry', said: '302 (redirects are not followed)' },
  ],
  ['a cut connection', cuts, { outcome: 'retry', said: expect.stringMatching(/closed|reset|hang up/i) }],
  ['no HTTP', speaksSmtp, { outcome: 'retry', said: 'an answer that is not HTTP' }],
])('%s', async (_, answer, expected) => {
  const ends: (() => unknown)[] = [];
  const receiver = await startReceiver(
    { onTestFinished: (end) => void ends.push(end as () => unknown) },
    answer,
  );
  const answered = await slackChannel({ url: receiver.url, severities }).send(message, told, never);
  expect(answered).toMatchObject(expected);
  expect(receiver.received).toHaveLength(1);
  for (const end of ends) await end();
});

test('a date says as well when to come back', async (t) => {
  const receiver = await startReceiver(
    t,
    says(503, { 'retry-after': new Date(Date.now() + 600_000).toUTCString() }),
  );
  const answer = await slackChannel({ url: receiver.url, severities }).send(message, told, never);
  expect((answer as { retryAfterMillis: number }).retryAfterMillis).toBeGreaterThan(500_000);
});

test('nobody listens', async () => {
  const ends: (() => unknown)[] = [];
  const { url } = await startReceiver({ onTestFinished: (end) => void ends.push(end as () => unknown) });
  for (const end of ends) await end();
  const answer = await slackChannel({ url, severities }).send(message, told, never);
  expect(answer).toMatchObject({ outcome: 'retry', said: expect.stringContaining('ECONNREFUSED') });
});

test('one that hangs is left when the agent stops', async (t) => {
  const receiver = await startReceiver(t, hangs);
  const stop = new AbortController();
  const answer = slackChannel({ url: receiver.url, severities }).send(message, told, stop.signal);
  stop.abort();
  expect(await answer).toMatchObject({ outcome: 'retry' });
  receiver.answer = takes;
});

test('an answer that is cut behind its status has taken the message', async (t) => {
  const receiver = await startReceiver(t, (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('o', () => response.destroy());
  });
  const answer = await slackChannel({ url: receiver.url, severities }).send(message, told, never);
  expect(answer).toMatchObject({ outcome: 'taken' });
});

test('of an endless answer only the beginning is read', async (t) => {
  const receiver = await startReceiver(t, (response) => {
    const more = () => {
      while (response.write('x'.repeat(10_000)));
      response.once('drain', more);
    };
    more();
  });
  const answer = await slackChannel({ url: receiver.url, severities }).send(message, told, never);
  expect(answer.said.length).toBeLessThanOrEqual(300);
});

describe('through a proxy', () => {
  const proxy = (value: string) => ({ variable: 'HTTPS_PROXY', value });

  test('http goes in absolute form, with the proxy its own credentials', async (t) => {
    const receiver = await startReceiver(t);
    const { url, asked, credentials } = await startProxy(t, Number(new URL(receiver.url).port));
    const channel = slackChannel({
      url: 'http://hooks.test/in',
      proxy: proxy(url.replace('http://', 'http://us:pass@')),
      severities,
    });
    expect(await channel.send(message, told, never)).toEqual({ outcome: 'taken', said: '200 ok' });
    expect(asked).toEqual(['POST http://hooks.test/in']);
    expect(credentials).toEqual([`Basic ${btoa('us:pass')}`]);
    expect(receiver.received[0]).toMatchObject({ path: '/in', headers: { host: 'hooks.test' } });
  });

  test('https goes through a tunnel, and a proxy that opens none is named', async (t) => {
    const { url, asked } = await startProxy(t, 9, 407);
    const given = {
      url: 'https://hooks.test/in',
      proxy: proxy(url),
      secret: undefined,
      headers: {},
      severities,
    };
    expect(await webhookChannel(given).send(message, told, never)).toEqual({
      outcome: 'retry',
      said: `the proxy ${url}/ answers CONNECT with 407`,
    });
    expect(asked).toEqual(['CONNECT hooks.test:443']);
  });
});
