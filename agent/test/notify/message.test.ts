import { expect, test } from 'vitest';
import { mailHtml, mailText } from '../../src/notify/channels/mail.js';
import { slackMessage } from '../../src/notify/channels/slack.js';
import { messageOf, paragraph } from '../../src/notify/message.js';
import type { ToldAlert } from '../../src/notify/notification.js';
import { clipped, oneLine } from '../../src/notify/plain.js';
import { span } from '../../src/notify/spans.js';
import { sparkline } from '../../src/notify/sparkline.js';
import { ALERT, NOW, notification } from './notifications.js';

const settings = { host: 'web-3', dashboard: undefined };
const words = (...given: Parameters<typeof notification>) => {
  const message = messageOf(notification(...given), settings);
  return { subject: message.subject, text: paragraph({ ...message, links: [] }) };
};

test('a message says what, how much, since when, who, and what to do', () => {
  expect(words()).toEqual({
    subject: 'CRITICAL web-3: 4,210 connections, 2.3 times the normal peak of 1,830 (7 days)',
    text: 'CRITICAL web-3: 4,210 connections, 2.3 times the normal peak of 1,830 (7 days), since 03:02 UTC. Received bytes are normal: probably idle. 93 % from 203.0.113.0/24 to :443, nginx[812]. Next: `scout-agent inspect --at 2026-11-23T03:07`, `journalctl --since "2026-11-23 02:57 UTC"`. Look for a leak. Quiet: `scout-agent silence 2h`.',
  });
});

test('what is over names what still fires', () => {
  const alerts = [{ ...ALERT, endedAt: Date.parse('2026-11-23T03:44:00Z') }];
  const { subject, text } = words({ kind: 'resolved', alerts, still: ['leak-slow', 'half-closed'] });
  expect(subject).toMatch(
    /^RESOLVED web-3: above-normal-peak after .*; still fires: leak-slow, half-closed$/,
  );
  expect(text).toMatch(/ Still fires: leak-slow, half-closed\.$/);
});

test('what is over says how long it was, and how it is now', () => {
  const alerts = [{ ...ALERT, endedAt: Date.parse('2026-11-23T03:44:00Z') }];
  const given = { kind: 'resolved', time: Date.parse('2026-11-23T03:44:20Z'), alerts } as const;
  expect(
    words({
      ...given,
      graph: [
        [1, 1700],
        [2, 1650],
      ],
    }),
  ).toEqual({
    subject: 'RESOLVED web-3: above-normal-peak after 42 minutes',
    text: 'RESOLVED web-3: above-normal-peak is over after 42 minutes (03:02 to 03:44 UTC). Now: 1,650 connections. It was: 4,210 connections, 2.3 times the normal peak of 1,830 (7 days).',
  });
});

test('what goes on says for how long, with the day where it is another', () => {
  const { subject, text } = words({ kind: 'repeat', time: Date.parse('2026-11-24T01:02:00Z') });
  expect(subject).toMatch(/^STILL CRITICAL web-3: 4,210 connections/);
  expect(text).toMatch(
    /^STILL CRITICAL web-3 after 22 hours: .*, since 2026-11-23 03:02 UTC\. Now: 4,\d{3} connections\./,
  );
});

test('a digest counts what goes on and what is over', () => {
  const over = { ...ALERT, rule: 'half-closed', endedAt: NOW };
  expect(words({ kind: 'digest', alerts: [ALERT, over] }).subject).toBe(
    'CRITICAL web-3: above-normal-peak still fires, 1 over (could not be sent for a while)',
  );
});

test('a summary of the quiet hours says first how it stands', () => {
  const warning = { ...ALERT, rule: 'half-closed', severity: 'warning' as const };
  const over = { ...ALERT, endedAt: NOW };
  const subject = (...alerts: ToldAlert[]) => words({ kind: 'summary', alerts }).subject;
  expect(subject(warning, warning, over)).toBe(
    'WARNING web-3: half-closed and 1 more still fire, 1 over (held back in the quiet hours)',
  );
  expect(subject(over)).toBe('RESOLVED web-3: 1 over (held back in the quiet hours)');
});

test('of very many the first are told and the others counted', () => {
  const { sections } = messageOf(notification({ alerts: Array(14).fill(ALERT) }), settings);
  expect(sections).toHaveLength(11);
  expect(sections.at(-1)?.title).toBe('And 4 more.');
});

test('the page is linked only where readers reach it, and what is known of the rule', () => {
  const about = { label: 'About above-normal-peak', url: ALERT.runbook };
  expect(messageOf(notification(), settings).links).toEqual([about]);
  const dashboard = 'https://scout.example.net/';
  expect(messageOf(notification(), { ...settings, dashboard }).links).toEqual([
    { label: 'Dashboard', url: dashboard },
    about,
  ]);
});

test('no graph stands beside what is not a count of connections', () => {
  const { value: _, ...blind } = ALERT;
  expect(messageOf(notification({ alerts: [blind] }), settings).graph).toBeUndefined();
  expect(messageOf(notification(), settings).graph?.threshold).toBe(3660);
});

const EVIL = 'web\r\nBcc: x@example.net\u2028\u202e<!channel> <script>alert(1)</script> &amp;';

test('neither a host nor a process can begin a line, mention anybody or be markup', () => {
  const message = messageOf(notification({ alerts: [{ ...ALERT, seen: EVIL, means: [EVIL], who: EVIL }] }), {
    host: EVIL,
    dashboard: undefined,
  });
  expect(message.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  expect(mailText(message)).not.toMatch(/^Bcc/m);
  expect(mailHtml(message)).not.toMatch(/<script|<!channel/);
  const { text, blocks } = slackMessage(message) as { text: string; blocks: { type: string }[] };
  expect(text).not.toContain('<!channel>');
  const marked = JSON.stringify(blocks, (_, value) => (value?.type === 'plain_text' ? undefined : value));
  expect(marked).not.toMatch(/<!|<script/);
  expect(marked).toContain('&lt;!channel&gt;');
});

test("what is longer than Slack's limits is cut, and never within an escaped character", () => {
  const long = { ...ALERT, means: ['<'.repeat(5000)] };
  const message = messageOf(notification({ kind: 'digest', alerts: [long] }), settings);
  const { text, blocks } = slackMessage(message) as {
    text: string;
    blocks: { type: string; text?: { text: string } }[];
  };
  for (const part of [text, blocks[1]?.text?.text ?? '']) {
    expect(part.length).toBeLessThanOrEqual(3000);
    expect(part).toMatch(/&lt;…$/);
  }
  expect(blocks[0]?.text?.text.length).toBeLessThanOrEqual(150);
});

test("a mail's picture is described, and commands stand out", () => {
  const html = mailHtml(messageOf(notification(), settings));
  expect(html).toContain('<code>scout-agent silence 2h</code>');
  expect(html).toMatch(
    /alt="Connections from 02:08 to 03:07 UTC: 4,\d+ at the end, 4,\d+ at most; dashed, the threshold of 3,660\."/,
  );
});

test.each([
  [0, 'less than a minute'],
  [60_000, '1 minute'],
  [59.6 * 60_000, '1 hour'],
  [3_600_000, '1 hour'],
  [185 * 60_000, '3 hours 5 minutes'],
  [23.999 * 3_600_000, '1 day'],
  [52 * 3_600_000, '2 days 4 hours'],
])('%d ms are %s', (millis, text) => expect(span(millis)).toBe(text));

test('bars begin at zero, and a time without values stays empty', () => {
  const values = { 0: 0, 0.5: 0, 2: 4, 2.5: 5, 6: 7, 6.5: 6, 7: 6, 7.5: 6, 8: 7 };
  const points = Object.entries(values).map(([time, value]) => [Number(time), value] as const);
  expect(sparkline(points, 4)).toBe('▁▆ █');
});

test('few values are few bars, and one that is late is no gap', () => {
  expect(sparkline([[1, 0]], 30)).toBe('▁');
  expect(
    sparkline(
      [0, 1, 2.1, 3, 4, 5.1, 6, 7].map((time) => [time, 8]),
      30,
    ),
  ).toBe('████');
});

test('a text is cut between characters', () => {
  expect(clipped('ab😀', 4)).toBe('ab😀');
  expect(clipped('ab😀c', 4)).toBe('ab…');
  expect(oneLine('a\r\n\tb\u2029')).toBe('a b');
});
