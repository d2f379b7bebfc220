// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { v4 as uuidv4 } from 'uuid';
import type { AgentConfig } from '../config/load.js';
import { CHANNELS, type Channel, type ChannelName } from '../notify/channels/channel.js';
import { channelsOf } from '../notify/channels/index.js';
import { messageOf } from '../notify/message.js';
import type { Notification } from '../notify/notification.js';
import { agentResource } from '../resource.js';
import { answer } from './answer.js';

const LINES: Readonly<Record<ChannelName, string>> = {
  slack: '  slack: {url: "${env:SLACK_WEBHOOK_URL}"}',
  email:
    '  email: {host: smtp.example.net, user: scout, password: "${env:SMTP_PASSWORD}", from: scout@example.net, to: [ops@example.net]}',
  webhook: '  webhook: {url: "https://alerts.example.net/scout"}',
};

/**
 * Sends a real message by each channel, or by one, and prints what the other side answered.
 * @returns whether all of them took it
 * @throws {Error} with the lines to add, where none is configured
 */
export async function notifyTest(config: AgentConfig, name: ChannelName | undefined): Promise<boolean> {
  const { notify, file, dashboard } = config;
  const all = notify === undefined ? [] : channelsOf(notify);
  const channels = all.filter((channel) => name === undefined || channel.name === name);
  if (channels.length === 0) throw new Error(whatToAdd(file, name));
  const resource = await agentResource({ ...config.resource });
  const host = String(resource.attributes['host.name'] ?? 'localhost');
  const results = await Promise.all(
    channels.map((channel) => attempt(channel, { host, dashboard: dashboard.url })),
  );
  await answer(results.map(({ line }) => `${line}\n`).join(''));
  return results.every(({ good }) => good);
}

async function attempt(
  channel: Channel,
  settings: Parameters<typeof messageOf>[1],
): Promise<{ good: boolean; line: string }> {
  const notification = testNotification(channel);
  const message = messageOf(notification, settings);
  const { outcome, said } = await channel.send(message, notification, new AbortController().signal);
  const good = outcome === 'taken';
  return { good, line: `${channel.name}: ${good ? 'taken' : 'FAILED'}: ${said}` };
}

function testNotification({ severities }: Channel): Notification {
  const time = Date.now();
  const id = uuidv4();
  const seen = `this is a message of scout-agent notify-test; alerts that are ${severities.join(' or ')} come this way`;
  const alert = { rule: 'test', severity: 'info', since: time, firedAt: time, means: [], next: [] } as const;
  return {
    id,
    kind: 'test',
    severity: 'info',
    time,
    alerts: [{ ...alert, id, seen, means: [], next: [] }],
    graph: [],
  };
}

function whatToAdd(file: string | undefined, name: ChannelName | undefined): string {
  const where = file ?? 'agent.env.yml';
  const lines = name === undefined ? Object.values(LINES) : [LINES[name]];
  const what = name === undefined ? `none of ${CHANNELS.join(', ')}` : `no ${name}`;
  return `${where} has ${what} under notify; add such lines and run it again:\n\nnotify:\n${lines.join('\n')}`;
}
