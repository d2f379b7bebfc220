import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Alerts } from '../alerts/alerts.js';
import type { Dashboard } from '../dashboard/dashboard.js';
import type { History } from '../history/history.js';
import { alertsRoutes } from './alerts-routes.js';
import { exportRoute } from './export-route.js';

export type ControlApp = Hono<{ Bindings: HttpBindings }>;

/** What the agent answers to commands. An error is JSON: `{"error": "a sentence for its user"}`. */
export function controlApp(
  history: History,
  dashboard: Dashboard | undefined,
  alerts: Alerts | undefined,
): ControlApp {
  const app: ControlApp = new Hono();
  app.notFound((c) => c.json({ error: `this agent has nothing at ${c.req.path}` }, 404));
  app.onError((error, c) => c.json({ error: error.message }, 500));
  app.get('/export', exportRoute(history));
  alertsRoutes(app, alerts);
  app.get('/dashboard', (c) => {
    if (dashboard === undefined)
      return c.json({ error: 'this agent shows no page: dashboard.listen is none' }, 404);
    const link = dashboard.link();
    if (link === undefined)
      return c.json(
        { error: 'the page is not there: the agent can not listen yet, and its log says why' },
        503,
      );
    return c.json({ link });
  });
  return app;
}
