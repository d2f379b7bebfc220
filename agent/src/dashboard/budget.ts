/** How much one address may ask. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { refuse } from './refuse.js';

/** The page asks a dozen things when it is opened, and less than one a second while it is looked at. */
const REQUESTS = 200;
const SECONDS = 10;

/** What monitoring asks: a page that is reloaded without end must not make the agent look dead. */
const PROBES = ['/healthz', '/metrics'];

/** A number of requests from each address in each ten seconds. */
export class Budget {
  readonly #limiter = new RateLimiterMemory({ points: REQUESTS, duration: SECONDS });

  /**
   * Counts a request.
   * @param kind requests of another kind are counted apart
   * @returns the answer where there were too many
   */
  async refusal(c: Context, kind: string): Promise<Response | undefined> {
    try {
      await this.#limiter.consume(`${kind} ${getConnInfo(c).remote.address}`);
      return undefined;
    } catch {
      c.header('Retry-After', String(SECONDS));
      return refuse(c, 429, `more than ${REQUESTS} requests in ${SECONDS} s came from this address`);
    }
  }
}

/** For those who may ask. */
export function limitRate(): MiddlewareHandler {
  const budget = new Budget();
  return async (c, next) =>
    (await budget.refusal(c, PROBES.includes(c.req.path) ? c.req.path : 'page')) ?? next();
}
