/** Who may ask at all. */
import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../config/dashboard.js';
import { refuse } from './refuse.js';

/** What is asked in another way changes something, and that goes at one place. */
export function onlyRead(except: string): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    if (c.req.method === 'PUT' && c.req.path === except) return next();
    c.header('Allow', 'GET, HEAD');
    return refuse(c, 405, `${c.req.method} is not answered here, only GET and HEAD`);
  };
}

/**
 * What changes something comes from the page itself or from no page at all. A page of another site can send no JSON
 * without asking first, which is refused; and every browser says where a page is from.
 */
export function fromOwnPage(): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const site = c.req.header('sec-fetch-site');
    const isOwn =
      origin === undefined || (URL.canParse(origin) && new URL(origin).host === c.req.header('host'));
    if (!isOwn && site !== 'same-origin') return refuse(c, 403, 'this is not for pages of other sites');
    if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
      return refuse(c, 415, 'what is sent here has to be JSON, with the content type application/json');
    return next();
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
