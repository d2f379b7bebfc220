import type { NotifyConfig } from '../../config/notify.js';
import type { Channel } from './channel.js';
import { emailChannel } from './email.js';
import { slackChannel } from './slack.js';
import { webhookChannel } from './webhook.js';

/** Every channel that the configuration names. */
export function channelsOf({ slack, email, webhook }: NotifyConfig): Channel[] {
  return [
    ...(slack === undefined ? [] : [slackChannel(slack)]),
    ...(email === undefined ? [] : [emailChannel(email)]),
    ...(webhook === undefined ? [] : [webhookChannel(webhook)]),
  ];
}
