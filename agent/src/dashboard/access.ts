/** The token that `dashboard.token` asks for: as a header, or as a cookie that a one-time link has set. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import { refuse } from './refuse.js';

const COOKIE = 'scout-agent';
const COOKIE_SECONDS = 30 * 86_400;
const LINK_MILLIS = 3_600_000;

/** Lets those in who know the token, and gives out links that are good once. */
export class Access {
  readonly #token: string;
  /** Whether readers come by https, so that a cookie may be kept from http. */
  readonly #secure: boolean;
  /** Codes that nobody has used yet, and when they end. */
  readonly #codes = new Map<string, number>();

  constructor(token: string, secure: boolean) {
    this.#token = token;
    this.#secure = secure;
  }

  /** The path of a link that is good once, for an hour; below the page's own. */
  link(): string {
    for (const [code, end] of this.#codes) if (end < Date.now()) this.#codes.delete(code);
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, Date.now() + LINK_MILLIS);
    return `enter?code=${code}`;
  }

  /** Answers a link: sets the cookie and leads to the page. */
  enter = async (c: Context): Promise<Response> => {
    const code = c.req.query('code') ?? '';
    const end = this.#codes.get(code) ?? 0;
    this.#codes.delete(code);
    if (end < Date.now()) return refuse(c, 401, `this link was used or is too old; ${HOW}`);
    const until = Date.now() + COOKIE_SECONDS * 1000;
    // A new token ends every cookie, because it signs them.
    await setSignedCookie(c, COOKIE, String(until), this.#token, {
      httpOnly: true,
      maxAge: COOKIE_SECONDS,
      path: '/',
      sameSite: 'Lax',
      secure: this.#secure,
    });
    // Relative, because a proxy may have put the page below a path.
    return c.redirect('./');
  };

  check: MiddlewareHandler = async (c, next) => {
    const bearer = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (bearer !== undefined && isSame(bearer, this.#token)) return next();
    const until = await getSignedCookie(c, this.#token, COOKIE);
    if (Number(until || 0) > Date.now()) return next();
    c.header('WWW-Authenticate', 'Bearer');
    return refuse(c, 401, HOW);
  };
}

const HOW =
  'open the link that the agent prints as it starts or by "scout-agent dashboard", or send dashboard.token as "Authorization: Bearer"';

/** Takes as long for any two texts. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
