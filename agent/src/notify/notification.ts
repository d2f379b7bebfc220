/** What one channel is to tell, as data: it waits in a file until the channel takes it. */
import * as z from 'zod';
import { SEVERITIES, type Severity } from '../alerts/alert.js';

/** Milliseconds since 1970, as far as a date goes. */
const time = z.number().min(0).max(8.64e15);

/** One alert as it was when it fired. */
export const alertSchema = z.object({
  /** Of the event: unique on this host. */
  id: z.string(),
  /** Of all events that it speaks of, where they are several. */
  ids: z.array(z.string()).optional(),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  /** Since when the condition had held, and when it fired: milliseconds since 1970. */
  since: time,
  firedAt: time,
  endedAt: time.optional(),
  seen: z.string(),
  means: z.array(z.string()),
  next: z.array(z.string()),
  value: z.object({ value: z.number(), threshold: z.number(), unit: z.string() }).optional(),
  runbook: z.string().optional(),
  /** Who held the connections then, in a line. */
  who: z.string().optional(),
  /** Rules that the same thing set off, and which have no message of their own. */
  also: z.array(z.string()).optional(),
});
export type ToldAlert = Readonly<z.infer<typeof alertSchema>>;

export const notificationSchema = z.object({
  /** A UUID, the same at every attempt. */
  id: z.string(),
  /**
   * `firing` and `resolved`; `repeat` where something still fires; `summary` after quiet hours; `digest` of what could
   * not be sent for a while; `test` of `scout-agent notify-test`.
   */
  kind: z.enum(['firing', 'resolved', 'repeat', 'summary', 'digest', 'test']),
  /** The highest of the alerts. */
  severity: z.enum(SEVERITIES),
  time,
  /** What explains most first. */
  alerts: z.array(alertSchema),
  /** Rules that still fire where others are over. */
  still: z.array(z.string()).optional(),
  /** The judged count of the last hour, oldest first. */
  graph: z.array(z.tuple([time, z.number()])),
});
export type Notification = Readonly<z.infer<typeof notificationSchema>>;

/** The events that an alert speaks of. */
export function idsOf({ id, ids = [id] }: ToldAlert): readonly string[] {
  return ids;
}

export function highest(severities: readonly Severity[]): Severity {
  return SEVERITIES.findLast((severity) => severities.includes(severity)) ?? 'info';
}
