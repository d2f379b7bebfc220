import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../src/alerts/event.js';
import type { Inspection } from '../../src/inspect/inspection.js';
import { slackChannel } from '../../src/notify/channels/slack.js';
import { webhookChannel } from '../../src/notify/channels/webhook.js';
import { Notifier, type NotifierOptions } from '../../src/notify/notifier.js';
import { scratchFolder, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';
import { hangs, type Receiver, says, startReceiver, takes } from './http-receiver.js';

const BEGIN = Date.now();
const CYCLE = 10_000;

function event(rule: string, severity: AlertEvent['severity'] = 'warning'): AlertEvent {
  const explanation = { seen: `${rule} was seen`, means: [], next: [] };
  return { id: `${rule}-${severity}`, rule, severity, since: BEGIN, firedAt: BEGIN, explanation };
}

const webhook = ({ url }: Receiver) =>
  webhookChannel({ url, secret: undefined, headers: {}, severities: ['warning', 'critical'] });

async function options(t: Test, given: Pick<NotifierOptions, 'channels'> & Partial<NotifierOptions>) {
  return {
    addresses: 'shown',
    directory: await scratchFolder(t),
    host: 'web-3',
    dashboard: undefined,
    cooldownMillis: 1_800_000,
    repeatMillis: undefined,
    quietHours: undefined,
    // No attempt waits for long, but after several in a row.
    delay: (failures) => (failures > 3 ? 3_600_000 : 1),
    ...given,
  } satisfies NotifierOptions;
}

/** Three cycles: enough to tell a change. */
function cycles(notifier: Notifier, firing: readonly AlertEvent[], from = 0): void {
  for (const cycle of [0, 1, 2]) notifier.take(firing, BEGIN + (from + cycle) * CYCLE, []);
}

const types = ({ received }: Receiver) => received.map(({ body }) => JSON.parse(body).type as string);

test('each channel is told what it is for', async (t) => {
  const [all, critical] = [await startReceiver(t), await startReceiver(t)];
  const channels = [webhook(all), slackChannel({ url: critical.url, severities: ['critical'] })];
  const notifier = new Notifier(await options(t, { channels }));
  cycles(notifier, [event('half-closed')]);
  cycles(notifier, [event('half-closed'), event('blind', 'critical')], 3);
  await until(
    () => all.received.length === 2 && critical.received.length === 1,
    () => 'two and one messages',
  );
  await notifier.drain(2000);
  expect(critical.received[0]?.body).toContain('CRITICAL web-3: blind was seen');
});

test.each([
  [
    {
      unknown: 90,
      top: [{ name: 'sshd', connections: 10, processes: 1, pids: [{ pid: 7, connections: 10 }] }],
    },
    true,
  ],
  [
    {
      unknown: 10,
      top: [{ name: 'sshd', connections: 90, processes: 1, pids: [{ pid: 7, connections: 90 }] }],
    },
    false,
  ],
])(
  'where whoever holds most is not seen, the command with sudo is named',
  async ({ unknown, top }, isNamed) => {
    const ends: (() => unknown)[] = [];
    const t = { onTestFinished: (end: () => unknown) => void ends.push(end) } as unknown as Test;
    const receiver = await startReceiver(t);
    const none = { connections: 0, distinct: 0, top: [] };
    const tally = { connections: 100, incoming: 100, outgoing: 0 };
    const who: Inspection = {
      ...{ ...tally, time: '', host: '', state: 'established', families: {}, states: {}, errors: [] },
      ...{ addresses: none, networks: none, localPorts: none, remotePorts: none },
      processes: { connections: 100, distinct: 1, top, unheld: 0, unknown, refused: 0 },
    };
    const notifier = new Notifier(await options(t, { channels: [webhook(receiver)] }));
    cycles(notifier, [{ ...event('half-closed'), who }]);
    await until(
      () => receiver.received.length === 1,
      () => 'a message',
    );
    await notifier.drain(2000);
    const { text } = JSON.parse(receiver.received[0]?.body ?? '');
    expect(text.includes('`sudo scout-agent inspect` names the processes')).toBe(isNamed);
    for (const end of ends.reverse()) await end();
  },
);

test('a restart neither repeats nor forgets', async (t) => {
  const receiver = await startReceiver(t);
  const given = await options(t, { channels: [webhook(receiver)] });
  const first = new Notifier(given);
  cycles(first, [event('half-closed')]);
  await until(
    () => receiver.received.length === 1,
    () => 'a message',
  );
  await first.drain(2000);

  const second = new Notifier(given);
  cycles(second, [event('half-closed')], 3);
  cycles(second, [], 6);
  await until(
    () => receiver.received.length === 2,
    () => 'another message',
  );
  await second.drain(2000);
  expect(types(receiver)).toEqual(['alert.firing', 'alert.resolved']);
});

test('after an outage, a restart among it, what waits comes as one message, and nothing is lost', async (t) => {
  const receiver = await startReceiver(t, says(503));
  const given = await options(t, { channels: [webhook(receiver)] });
  const first = new Notifier(given);
  cycles(first, [event('half-closed')]);
  await until(
    () => receiver.received.length === 4,
    () => 'attempts',
  );
  cycles(first, [event('half-closed'), event('blind', 'critical')], 3);
  cycles(first, [event('blind', 'critical')], 6);
  await first.drain(2000);
  const tried = receiver.received.length;

  receiver.answer = takes;
  const file = join(given.directory, 'notify.json');
  const kept = JSON.parse(await readFile(file, 'utf8'));
  expect(kept.channels.webhook.lane.pending).toHaveLength(3);
  // The hour is over.
  kept.channels.webhook.lane.notBefore = 0;
  await writeFile(file, JSON.stringify(kept));
  const second = new Notifier(given);
  second.silence(0);
  await until(
    () => receiver.received.length > tried,
    () => 'the digest',
  );
  await second.drain(2000);
  const digests = receiver.received.slice(tried).map(({ body }) => JSON.parse(body));
  expect(digests).toMatchObject([
    { type: 'alert.digest', severity: 'critical', alerts: [{ rule: 'blind' }, { rule: 'half-closed' }] },
  ]);
  expect(digests[0].alerts.map((alert: { endedAt?: string }) => alert.endedAt !== undefined)).toEqual([
    false,
    true,
  ]);
});

test('where the clock was ahead at the last attempt, nothing waits for that time to come', async (t) => {
  const receiver = await startReceiver(t, says(503));
  const given = await options(t, { channels: [webhook(receiver)], delay: () => 3_600_000 });
  const first = new Notifier(given);
  cycles(first, [event('half-closed')]);
  await until(
    () => receiver.received.length === 1,
    () => 'an attempt',
  );
  await first.drain(2000);
  const file = join(given.directory, 'notify.json');
  const kept = JSON.parse(await readFile(file, 'utf8'));
  const days = 10 * 24 * 3_600_000;
  kept.channels.webhook.lane.failedAt += days;
  kept.channels.webhook.lane.notBefore += days;
  await writeFile(file, JSON.stringify(kept));
  receiver.answer = takes;
  const second = new Notifier(given);
  second.silence(0);
  await until(
    () => receiver.received.length === 2,
    () => 'the next attempt',
  );
  await second.drain(2000);
});

test('a silence and quiet hours hold what waits already, and a word ends that', async (t) => {
  const receiver = await startReceiver(t, says(503));
  const minute = Math.floor(BEGIN / 60_000) % 1440;
  const quietHours = { from: (minute + 1380) % 1440, to: (minute + 60) % 1440 };
  const given = await options(t, { channels: [webhook(receiver)], delay: () => 3_600_000 });
  const first = new Notifier(given);
  cycles(first, [event('half-closed')]);
  await until(
    () => receiver.received.length === 1,
    () => 'an attempt',
  );
  await first.drain(2000);
  const file = join(given.directory, 'notify.json');
  const kept = JSON.parse(await readFile(file, 'utf8'));
  kept.channels.webhook.lane.notBefore = 0;
  await writeFile(file, JSON.stringify(kept));
  receiver.answer = takes;

  const runs = [
    { quietHours, silentUntil: 0 },
    { quietHours: undefined, silentUntil: BEGIN + 3_600_000 },
  ];
  for (const { quietHours, silentUntil } of runs) {
    const holding = new Notifier({ ...given, quietHours });
    holding.silence(silentUntil);
    holding.take([event('half-closed')], BEGIN + 9 * CYCLE, []);
    // An attempt that had begun would be waited for.
    await holding.drain(2000);
    expect(receiver.received).toHaveLength(1);
  }
  const last = new Notifier(given);
  last.silence(BEGIN + 3_600_000);
  last.silence(0);
  await until(
    () => receiver.received.length === 2,
    () => 'the message',
  );
  await last.drain(2000);
});

test('what is refused is given up, and the next message is sent', async (t) => {
  const receiver = await startReceiver(t, says(400));
  const notifier = new Notifier(await options(t, { channels: [webhook(receiver)] }));
  cycles(notifier, [event('half-closed')]);
  await until(
    () => receiver.received.length === 1,
    () => 'a message',
  );
  receiver.answer = takes;
  cycles(notifier, [], 3);
  await until(
    () => receiver.received.length === 2,
    () => 'the next',
  );
  await notifier.drain(2000);
  expect(types(receiver)).toEqual(['alert.firing', 'alert.resolved']);
});

test('429: no attempt before the time that was asked for', async (t) => {
  const receiver = await startReceiver(t, says(429, { 'retry-after': '7' }));
  const asked: (number | undefined)[] = [];
  const delay = (failures: number, retryAfter: number | undefined) => {
    asked.push(retryAfter);
    return failures > 1 ? 3_600_000 : 1;
  };
  const notifier = new Notifier(await options(t, { channels: [webhook(receiver)], delay }));
  cycles(notifier, [event('half-closed')]);
  await until(
    () => asked.length === 2,
    () => 'two attempts',
  );
  await notifier.drain(2000);
  expect(asked).toEqual([7000, 7000]);
});

test('one channel that hangs holds up neither the other nor the end', async (t) => {
  const [stuck, well] = [await startReceiver(t, hangs), await startReceiver(t)];
  const channels = [slackChannel({ url: stuck.url, severities: ['warning'] }), webhook(well)];
  const given = await options(t, { channels });
  const notifier = new Notifier(given);
  cycles(notifier, [event('half-closed')]);
  await until(
    () => well.received.length === 1 && stuck.received.length === 1,
    () => 'both asked',
  );
  await notifier.drain(400);
  const kept = JSON.parse(await readFile(join(given.directory, 'notify.json'), 'utf8'));
  expect(kept.channels.slack.lane).toMatchObject({ pending: [{ kind: 'firing' }], failures: 0 });
  expect(kept.channels.webhook.lane.pending).toEqual([]);
});

test('of very many that wait the oldest are dropped', async (t) => {
  const receiver = await startReceiver(t, says(500));
  const given = await options(t, { channels: [webhook(receiver)], delay: () => 3_600_000 });
  const notifier = new Notifier(given);
  for (let index = 0; index < 203; index++) cycles(notifier, [event(`own-${index}`)], index * 3);
  await notifier.drain(2000);
  const kept = JSON.parse(await readFile(join(given.directory, 'notify.json'), 'utf8'));
  expect(kept.channels.webhook.lane.pending).toHaveLength(200);
  expect(kept.channels.webhook.lane.pending.at(-1).alerts[0].rule).toMatch(/own-20[12]/);
});

test('a silence holds back what fires', async (t) => {
  const receiver = await startReceiver(t);
  const notifier = new Notifier(await options(t, { channels: [webhook(receiver)] }));
  notifier.silence(BEGIN + 5 * CYCLE);
  cycles(notifier, [event('half-closed')]);
  cycles(notifier, [event('blind', 'critical')], 3);
  await until(
    () => receiver.received.length === 1,
    () => 'a message',
  );
  await notifier.drain(2000);
  expect(JSON.parse(receiver.received[0]?.body ?? '').alerts).toMatchObject([{ rule: 'blind' }]);
});

test('a file that can not be understood is set aside', async (t) => {
  const receiver = await startReceiver(t);
  const given = await options(t, { channels: [webhook(receiver)] });
  const file = join(given.directory, 'notify.json');
  await writeFile(file, '{"version":1');
  const notifier = new Notifier(given);
  cycles(notifier, [event('half-closed')]);
  await until(
    () => receiver.received.length === 1,
    () => 'a message',
  );
  await notifier.drain(2000);
  expect(await readFile(`${file}.unreadable`, 'utf8')).toBe('{"version":1');
});
