import { v5 as uuidv5 } from 'uuid';
import { SEVERITIES } from '../alerts/alert.js';
import { highest, idsOf, type Notification, type ToldAlert } from './notification.js';

/** Of this file's digests: made for it with `uuidgen`. */
const DIGEST_NAMESPACE = '5b9d1c52-4f0e-4a86-9d0c-0f5cb8d3a6f7';

/**
 * Several that could not be sent in time as one: each alert once, as it was last, the gravest first. The same ones give
 * the same id.
 */
export function fold(notifications: readonly [Notification, ...Notification[]]): Notification {
  const last = notifications.at(-1) as Notification;
  if (notifications.length === 1) return last;
  const alerts = new Map<string, ToldAlert>();
  for (const alert of notifications.flatMap((notification) => notification.alerts)) {
    for (const id of idsOf(alert)) alerts.delete(id);
    alerts.set(alert.id, alert);
  }
  const isOver = ({ endedAt }: ToldAlert) => endedAt !== undefined;
  const each = [...alerts.values()].sort((a, b) => weight(b) - weight(a));
  return {
    ...last,
    id: uuidv5(notifications.map(({ id }) => id).join(), DIGEST_NAMESPACE),
    kind: 'digest',
    severity: highest(notifications.map(({ severity }) => severity)),
    alerts: [...each.filter((alert) => !isOver(alert)), ...each.filter(isOver)],
  };
}

function weight({ severity }: ToldAlert): number {
  return SEVERITIES.indexOf(severity);
}
