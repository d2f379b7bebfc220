import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../../config/notify.js';
import { type Message, paragraph } from '../message.js';
import type { Notification } from '../notification.js';
import type { Channel } from './channel.js';
import { post } from './post.js';

const VERSION = 1;

/** A webhook as docs/webhook.md has it, signed as Standard Webhooks has it (standardwebhooks.com). */
export function webhookChannel({ url, proxy, secret, headers, severities }: WebhookConfig): Channel {
  return {
    name: 'webhook',
    severities,
    send(message, notification, signal) {
      const body = JSON.stringify(payload(message, notification));
      // The receiver judges by it whether a message is old: of this attempt, not of the alert.
      const timestamp = String(Math.floor(Date.now() / 1000));
      const { id } = message;
      const signature =
        secret === undefined ? {} : { 'webhook-signature': signatureOf(secret, id, timestamp, body) };
      const own = { 'webhook-id': id, 'webhook-timestamp': timestamp, ...signature };
      return post({ url, proxy: proxy?.value }, body, { ...headers, ...own }, signal);
    },
  };
}

function payload(message: Message, { id, kind, severity, time, alerts, still, graph }: Notification): object {
  return {
    version: VERSION,
    type: `alert.${kind}`,
    id,
    timestamp: new Date(time).toISOString(),
    host: message.host,
    severity,
    subject: message.subject,
    text: paragraph(message),
    alerts: alerts.map(({ since, firedAt, endedAt, ...alert }) => ({
      ...alert,
      since: new Date(since).toISOString(),
      firedAt: new Date(firedAt).toISOString(),
      ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
    })),
    still,
    graph,
    links: message.links,
  };
}

/** @param secret `whsec_` and the key in base64 */
function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
