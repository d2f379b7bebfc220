import type { Alerts } from '../alerts/alerts.js';
import type { AlertEvent } from '../alerts/event.js';
import type { RuleReport } from '../alerts/report.js';
import type { ControlApp } from './app.js';

/** What the running agent says of its alerts. */
export interface AlertsAnswer {
  readonly rules: readonly RuleReport[];
  /** What has fired, the oldest first. */
  readonly events: readonly AlertEvent[];
  /** Milliseconds since 1970. */
  readonly silencedUntil?: number | undefined;
}

/** Longer is no silence, it is switched off. */
export const MOST_SILENCE_MILLIS = 30 * 86_400_000;

/** `GET /alerts`, and `PUT /silence?until=` in milliseconds since 1970; of the past it ends the silence. */
export function alertsRoutes(app: ControlApp, alerts: Alerts | undefined): void {
  const off = { error: 'this agent judges nothing: alerts is false in its configuration' };
  app.get('/alerts', (c) => {
    if (alerts === undefined) return c.json(off, 404);
    return c.json(answerOf(alerts));
  });
  app.put('/silence', (c) => {
    if (alerts === undefined) return c.json(off, 404);
    const until = Number(c.req.query('until') ?? Number.NaN);
    if (!Number.isSafeInteger(until) || until > Date.now() + MOST_SILENCE_MILLIS)
      return c.json({ error: 'until must be a time in milliseconds since 1970, at most 30 days ahead' }, 400);
    alerts.silence(until);
    return c.json(answerOf(alerts));
  });
}

function answerOf(alerts: Alerts): AlertsAnswer {
  return { rules: alerts.report(), events: alerts.events, silencedUntil: alerts.silencedUntil };
}
