import type { Answer } from '../answer.js';
import { clipped, oneLine } from '../plain.js';
import { type HttpTarget, reasonOf, request } from './request.js';

const TIMEOUT_MILLIS = 15_000;

/**
 * Statuses after which the same request may be taken later; RFC 9110 and RFC 6585. A redirect is most often somebody's page
 * in between that asks for a login.
 */
function isForLater(status: number): boolean {
  return isRedirect(status) || status === 408 || status === 429 || status >= 500;
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** Posts JSON once. */
export async function post(
  target: HttpTarget,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const type = { 'content-type': 'application/json; charset=utf-8' };
    const answer = await request(target, 'POST', { ...headers, ...type }, body, TIMEOUT_MILLIS, signal);
    const { status } = answer;
    const words = clipped(oneLine(`${status} ${answer.text}`), 300);
    const said = isRedirect(status) ? `${words} (redirects are not followed)` : words;
    if (status >= 200 && status < 300) return { outcome: 'taken', said };
    if (isForLater(status))
      return { outcome: 'retry', said, retryAfterMillis: retryAfter(answer.headers['retry-after']) };
    return { outcome: 'refused', said };
  } catch (error) {
    return { outcome: 'retry', said: reasonOf(error as Error) };
  }
}

/** Seconds or a date: RFC 9110, "Retry-After". */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const millis = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return millis > 0 ? millis : undefined;
}
