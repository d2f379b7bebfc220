/** The token that `dashboard.token` asks for: as a header, or as a cookie that a one-time link has set. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { Budget } from './budget.js';
import { refuse } from './refuse.js';

const COOKIE_SECONDS = 30 * 86_400;
const LINK_MILLIS = 3_600_000;

/** Lets those in who know the token, and gives out links that are good once. */
export class Access {
  readonly #token: string;
  readonly #cookie: string;
  readonly #options: CookieOptions;
  readonly #strangers = new Budget();
  /** Codes that nobody has used yet, and when they end. */
  readonly #codes = new Map<string, number>();

  /** @param url how readers come through a proxy */
  constructor(token: string, url: string | undefined) {
    const { protocol, pathname } = new URL(url ?? 'http://localhost/');
    this.#token = token;
    // Cookies know no ports, and several agents may be below one name: RFC 6265, section 8.5.
    this.#cookie = `scout-agent-${digest(`cookie of ${token}`).toString('hex').slice(0, 8)}`;
    this.#options = {
      httpOnly: true,
      maxAge: COOKIE_SECONDS,
      // With a slash at its end it would not be sent to the path without one: RFC 6265, section 5.1.4.
      path: pathname.replace(/(?<=.)\/$/, ''),
      sameSite: 'Lax',
      secure: protocol === 'https:',
    };
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
    // A program that only looks where a link leads, as a chat's does, must not use it up.
    const looks = c.req.method === 'HEAD';
    if (!looks) this.#codes.delete(code);
    if (end < Date.now()) return this.#refuse(c, `this link was used or is too old; ${HOW}`);
    if (looks) return c.redirect('./');
    const until = Date.now() + COOKIE_SECONDS * 1000;
    // A new token ends every cookie, because it signs them.
    await setSignedCookie(c, this.#cookie, String(until), this.#token, this.#options);
    // Relative, because a proxy may have put the page below a path.
    return c.redirect('./');
  };

  check: MiddlewareHandler = async (c, next) => {
    const bearer = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (bearer !== undefined && isSame(bearer, this.#token)) return next();
    const until = await getSignedCookie(c, this.#token, this.#cookie);
    if (Number(until || 0) > Date.now()) return next();
    c.header('WWW-Authenticate', 'Bearer');
    return this.#refuse(c, HOW);
  };

  /** Strangers have a budget of their own: whoever guesses behind a proxy must not shut out who knows the token. */
  async #refuse(c: Context, error: string): Promise<Response> {
    return (await this.#strangers.refusal(c, 'stranger')) ?? refuse(c, 401, error);
  }
}

const HOW =
  'open the link that the agent prints as it starts or by "scout-agent dashboard", or send dashboard.token as "Authorization: Bearer"';

/** Takes as long for any two texts. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
