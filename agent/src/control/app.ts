import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { History } from '../history/history.js';
import { exportRoute } from './export-route.js';

export type ControlApp = Hono<{ Bindings: HttpBindings }>;

/** What the agent answers to commands. An error is JSON: `{"error": "a sentence for its user"}`. */
export function controlApp(history: History): ControlApp {
  const app: ControlApp = new Hono();
  app.notFound((c) => c.json({ error: `this agent has nothing at ${c.req.path}` }, 404));
  app.onError((error, c) => c.json({ error: error.message }, 500));
  app.get('/export', exportRoute(history));
  return app;
}
