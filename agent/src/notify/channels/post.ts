import type { Answer } from '../answer.js';
import { clipped, oneLine } from '../plain.js';

const TIMEOUT_MILLIS = 15_000;

/** As much of an answer as is read: it is only shown. */
const ANSWER_BYTES = 2_000;

/** Statuses after which the same request may be taken later; RFC 9110 and RFC 6585. */
function isForLater(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Posts JSON once. Redirects are not followed: nobody but the configured host is to learn what is told. */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8', 'user-agent': 'scout-agent' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLIS)]),
    });
    const { status } = response;
    // The status has decided already, whatever becomes of the rest.
    const text = await beginningOf(response).catch(() => '');
    const said = clipped(oneLine(`${status} ${text}`), 300);
    if (response.ok) return { outcome: 'taken', said };
    if (isForLater(status))
      return { outcome: 'retry', said, retryAfterMillis: retryAfter(response.headers.get('retry-after')) };
    const isRedirect = status >= 300 && status < 400;
    return { outcome: 'refused', said: isRedirect ? `${said} (redirects are not followed)` : said };
  } catch (error) {
    return { outcome: 'retry', said: reasonOf(error as Error) };
  }
}

async function beginningOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length >= ANSWER_BYTES) break;
  }
  return text.slice(0, ANSWER_BYTES);
}

/** Seconds or a date: RFC 9110, "Retry-After". */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const millis = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return millis > 0 ? millis : undefined;
}

/** Node says "fetch failed", and why only in the cause. */
export function reasonOf(error: Error): string {
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  return oneLine(
    cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : error.message,
  );
}
