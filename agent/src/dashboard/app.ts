import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { Hono, type MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import { secureHeaders } from 'hono/secure-headers';
import { log } from '../log.js';
import type { Access } from './access.js';
import { api, type Sources } from './api.js';
import { limitRate } from './budget.js';
import { notForOtherSites, onlyOwnName, onlyRead } from './guard.js';
import { prometheusText } from './prometheus.js';
import { refuse } from './refuse.js';

/** The page as the build left it. */
const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

/** The one place where something is changed. */
const SILENCE = '/api/silence';

/** Everything comes from here, and nothing stands in the page itself. */
const OWN = ["'self'"];
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: OWN,
  styleSrc: OWN,
  imgSrc: ["'self'", 'data:'],
  connectSrc: OWN,
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** What the agent tells of itself. */
export interface AppSources extends Sources {
  /** The last cycle as it is exported. */
  listed(): ResourceMetrics | undefined;
}

/**
 * All that the agent answers.
 * @param url how readers come through a proxy
 * @param access who asks for a token; without it, only what comes under this host's own name is answered
 */
export function app(url: string | undefined, sources: AppSources, access: Access | undefined): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: CONTENT_SECURITY_POLICY,
      xFrameOptions: 'DENY',
      // Nobody has to come by https, and who comes through loopback doesn't.
      strictTransportSecurity: false,
    }),
    onlyRead(SILENCE),
    notForOtherSites(),
  );
  if (access === undefined) app.use(onlyOwnName(url));
  else app.get('/enter', access.enter).use(access.check);
  // What is refused up to here, a page of somebody else for example, is no expense of those who may ask.
  app.use(limitRate());

  app.use(compress());
  app.use('/api/*', noStore).route('/api', api(sources));
  app.get('/healthz', noStore, (c) => {
    const { health } = sources.status();
    return c.json(health, health.healthy ? 200 : 503);
  });
  app.get('/metrics', noStore, (c) => {
    const cycle = sources.listed();
    if (cycle === undefined) return refuse(c, 503, 'there was no cycle yet');
    return c.body(prometheusText(cycle), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  app.get('*', etag(), serveStatic({ root: PAGE }));
  app.notFound((c) => refuse(c, 404, `there is no ${c.req.path}`));
  app.onError((error, c) => {
    log.error(`the dashboard failed at ${c.req.path}:`, error);
    return refuse(c, 500, 'the agent failed at this; its log says how');
  });
  return app;
}

/** What is true of now is not to be kept. */
const noStore: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Cache-Control', 'no-store');
};
