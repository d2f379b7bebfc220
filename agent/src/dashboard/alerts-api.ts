import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import type { AlertEvent } from '../alerts/event.js';
import type { RuleReport } from '../alerts/report.js';
import { MOST_SILENCE_MILLIS } from '../control/alerts-routes.js';
import type { AlertsAnswer } from './answers.js';
import { fromOwnPage } from './guard.js';
import { refuse } from './refuse.js';

/** The alerts of a running agent. */
export interface JudgedAlerts {
  report(): RuleReport[];
  events(): readonly AlertEvent[];
  silencedUntil(): number | undefined;
  silence(until: number): void;
  /** The rules in force as YAML. */
  readonly configuration: string;
}

const FORM =
  'must be {"until": N}, a time in milliseconds since 1970, at most 30 days ahead; of the past it ends the silence';
const question = z.strictObject({ until: z.int() });

/** `GET /alerts`, and `PUT /silence`. */
export function alertsApi(alerts: JudgedAlerts | undefined): Hono {
  const off = 'nothing is judged here: alerts is false in the configuration';
  const answer = (judged: JudgedAlerts): AlertsAnswer => ({
    rules: judged.report(),
    events: judged.events(),
    silencedUntil: judged.silencedUntil(),
    configuration: judged.configuration,
  });
  return new Hono()
    .get('/alerts', (c) => (alerts === undefined ? refuse(c, 404, off) : c.json(answer(alerts))))
    .put(
      '/silence',
      fromOwnPage(),
      bodyLimit({ maxSize: 1024, onError: (c) => refuse(c, 413, 'that is too much for a time') }),
      async (c) => {
        if (alerts === undefined) return refuse(c, 404, off);
        const asked = question.safeParse(await c.req.json().catch(() => undefined));
        if (!asked.success || asked.data.until > Date.now() + MOST_SILENCE_MILLIS)
          return refuse(c, 400, FORM);
        alerts.silence(asked.data.until);
        return c.json(answer(alerts));
      },
    );
}
