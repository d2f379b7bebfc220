import type { Answer } from '../answer.js';
import { clipped, oneLine } from '../plain.js';
import { reasonOf } from './reason.js';
import { type HttpTarget, request } from './request.js';

const TIMEOUT_MILLIS = 15_000;

/**
 * Statuses that are about the message itself (RFC 9110): another attempt would be answered alike. All others may pass, or
 * somebody mends them: a URL that was revoked, a secret, a page in between that asks for a login.
 */
const REFUSALS = [400, 413, 415, 422];

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
    if (REFUSALS.includes(status)) return { outcome: 'refused', said };
    return { outcome: 'retry', said, retryAfterMillis: retryAfter(answer.headers['retry-after']) };
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
