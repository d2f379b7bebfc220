/** Who may ask at all. */
import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../config/dashboard.js';
import { refuse } from './refuse.js';

/** Nothing that can be asked changes anything. */
export function onlyRead(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    c.header('Allow', 'GET, HEAD');
    return refuse(c, 405, `${c.req.method} is not answered here, only GET and HEAD`);
  };
}

/**
 * Without a token, what is asked under a name that isn't this host's own may come from a page of somebody else, whose
 * name was made to lead here ("DNS rebinding").
 * @param url how readers come through a proxy
 */
export function onlyOwnName(url: string | undefined): MiddlewareHandler {
  const ofProxy = url === undefined ? undefined : new URL(url).hostname;
  return async (c, next) => {
    const host = hostnameOf(c.req.header('host'));
    if (host !== undefined && (isLoopback(host.replace(/^\[|\]$/g, '')) || host === ofProxy)) return next();
    return refuse(
      c,
      421,
      'this host is asked under a name that is not its own; behind a proxy, dashboard.url says which name that is',
    );
  };
}

/** A page of another site may lead here, but not load what is here: every browser says so since 2023. */
export function notForOtherSites(): MiddlewareHandler {
  return async (c, next) => {
    const site = c.req.header('sec-fetch-site');
    const foreign = site === 'cross-site' || site === 'same-site';
    if (!foreign || c.req.header('sec-fetch-mode') === 'navigate') return next();
    return refuse(c, 403, 'this is not for pages of other sites');
  };
}

function hostnameOf(host: string | undefined): string | undefined {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}/`)) return undefined;
  return new URL(`http://${host}/`).hostname;
}
