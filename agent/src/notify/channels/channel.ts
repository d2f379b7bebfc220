import type { Severity } from '../../alerts/alert.js';
import type { Answer } from '../answer.js';
import type { Message } from '../message.js';
import type { Notification } from '../notification.js';

export const CHANNELS = ['slack', 'email', 'webhook'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** One way to reach people. */
export interface Channel {
  readonly name: ChannelName;
  readonly severities: readonly Severity[];
  /** One attempt; settles by itself within half a minute, and never throws. */
  send(message: Message, notification: Notification, signal: AbortSignal): Promise<Answer>;
}
