import { createServer } from 'node:net';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { emailChannel } from '../../src/notify/channels/email.js';
import { messageOf } from '../../src/notify/message.js';
import { PICTURE, picture } from '../../src/notify/picture.js';
import { smtpError, startMailServer } from './mail-server.js';
import { ALERT, GRAPH, notification } from './notifications.js';

const never = new AbortController().signal;
const told = notification();
const message = messageOf(told, { host: 'web-3', dashboard: undefined });
const base = {
  host: '127.0.0.1',
  tls: 'none',
  user: undefined,
  password: undefined,
  from: 'Scout <scout@example.net>',
  to: ['ops@example.net', 'night@example.net'],
  severities: ['critical'],
} as const;
const open = { authOptional: true, hideSTARTTLS: true };

test('a mail has text, HTML and its picture within', async (t) => {
  const { port, mails } = await startMailServer(t, open);
  const answer = await emailChannel({ ...base, port }).send(message, told, never);
  expect(answer).toEqual({ outcome: 'taken', said: '250 kept' });
  const [mail] = mails;
  expect(mail?.to).toEqual(base.to);
  const raw = mail?.raw ?? '';
  expect(raw).toMatch(/^From: Scout <scout@example\.net>\r$/m);
  expect(raw).toMatch(
    /^Subject: CRITICAL web-3: 4,210 connections, 2\.3 times the normal peak of\r\n 1,830/m,
  );
  expect(raw).toMatch(/^Message-ID: <0d9c0e6c-7c5a-4c58-b0a3-8d52dc37c0f1@example\.net>\r$/m);
  expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(raw).toMatch(/^Content-Type: text\/plain/m);
  expect(raw).toMatch(/^Content-Type: text\/html/m);
  expect(raw).toMatch(/^Content-Id: <connections@scout-agent>\r$/im);
  expect(raw).toMatch(/^Content-Disposition: inline/m);
  expect(raw.replaceAll('=\r\n', '')).toContain('cid:connections@scout-agent');
});

test('no text begins a header or a recipient', async (t) => {
  const { port, mails } = await startMailServer(t, open);
  const evil = 'web\r\nBcc: x@example.net\r\n\r\n.\r\nMAIL FROM:<x>';
  const all = { ...ALERT, seen: evil, means: [evil], next: [evil], who: evil };
  const bad = messageOf(notification({ alerts: [all] }), { host: evil, dashboard: undefined });
  expect(await emailChannel({ ...base, port }).send(bad, told, never)).toMatchObject({ outcome: 'taken' });
  expect(mails.map(({ to }) => to)).toEqual([base.to]);
  const [head = ''] = mails[0]?.raw.split('\r\n\r\n') ?? [];
  expect(head).toMatch(/^Subject: CRITICAL web Bcc: x@example.net/m);
  expect(head).not.toMatch(/^(Bcc|MAIL)/im);
});

test('one recipient is refused, the others get it, and it is said', async (t) => {
  const { port, mails } = await startMailServer(t, {
    ...open,
    onRcptTo: ({ address }, _, callback) =>
      callback(address.startsWith('night') ? smtpError(550, 'no such user') : null),
  });
  expect(await emailChannel({ ...base, port }).send(message, told, never)).toEqual({
    outcome: 'taken',
    said: '250 kept; refused: night@example.net',
  });
  expect(mails[0]?.to).toEqual(['ops@example.net']);
});

test.each([
  [550, 'refused'],
  [451, 'retry'],
])('%d to every recipient', async (code, outcome) => {
  const ends: (() => unknown)[] = [];
  const { port } = await startMailServer(
    { onTestFinished: (end) => void ends.push(end as () => unknown) },
    { ...open, onRcptTo: (_, __, callback) => callback(smtpError(code, 'not now')) },
  );
  expect(await emailChannel({ ...base, port }).send(message, told, never)).toMatchObject({
    outcome,
    said: expect.stringContaining(`${code} not now`),
  });
  for (const end of ends) await end();
});

test('a wrong password waits for somebody to mend it, and a right one is taken', async (t) => {
  const { port, mails } = await startMailServer(t, {
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, callback) =>
      username === 'scout' && password === 'right'
        ? callback(null, { user: username })
        : callback(smtpError(535, 'wrong password')),
  });
  const channel = (password: string) => emailChannel({ ...base, port, user: 'scout', password });
  expect(await channel('wrong').send(message, told, never)).toMatchObject({
    outcome: 'retry',
    said: expect.stringContaining('535'),
  });
  expect(await channel('right').send(message, told, never)).toMatchObject({ outcome: 'taken' });
  expect(mails).toHaveLength(1);
});

test('starttls: a server without it, or with a certificate of nobody known, gets nothing', async (t) => {
  const login = { user: 'scout', password: 'secret', tls: 'starttls' } as const;
  const logins: unknown[] = [];
  const onAuth = (auth: unknown, _: unknown, callback: (error: null, response: { user: string }) => void) => {
    logins.push(auth);
    callback(null, { user: 'scout' });
  };
  const without = await startMailServer(t, { hideSTARTTLS: true, allowInsecureAuth: true, onAuth });
  const self = await startMailServer(t, { onAuth });
  for (const { port, mails } of [without, self]) {
    expect(await emailChannel({ ...base, ...login, port }).send(message, told, never)).toMatchObject({
      outcome: expect.stringMatching(/retry|refused/),
    });
    expect(mails).toEqual([]);
  }
  expect(logins).toEqual([]);
});

test('a server that says nothing is left when the agent stops', async (t) => {
  const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  t.onTestFinished(() => void silent.close());
  await new Promise((resolve) => silent.once('listening', resolve));
  const stop = new AbortController();
  const { port } = silent.address() as { port: number };
  const answer = emailChannel({ ...base, port }).send(message, told, stop.signal);
  stop.abort();
  expect(await answer).toMatchObject({ outcome: 'retry' });
});

test('the picture is a PNG whose line is at its highest where the values are', () => {
  const image = picture({ points: GRAPH, threshold: 3660 });
  expect(image.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]));
  expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([PICTURE.width, PICTURE.height]);
  const rows = inflateSync(image.subarray(41, image.length - 16));
  const stride = PICTURE.width * 4 + 1;
  const topOf = (column: number) => {
    for (let row = 0; row < PICTURE.height; row++) {
      const at = row * stride + 1 + column * 4;
      if (rows[at] === 47 && (rows[at + 3] as number) > 200) return row;
    }
    return PICTURE.height;
  };
  expect(rows).toHaveLength(stride * PICTURE.height);
  expect(topOf(PICTURE.width - 3)).toBeLessThan(25);
  expect(topOf(200)).toBeGreaterThan(120);
});
