import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { createHttpAgent } from '../../export/http-agent.js';
import { timeLimit } from '../../time-limit.js';

/** Where a channel's requests go, and the URL of the proxy before it, where there is one. */
export interface HttpTarget {
  readonly url: string;
  readonly proxy?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Its beginning, which may be empty: the status has decided already, whatever becomes of the rest. */
  readonly text: string;
}

/** As much of an answer as is read: it is only shown. */
const ANSWER_BYTES = 2_000;

/**
 * Makes one request on a connection of its own: so seldom, a kept one would often have been closed by the other side.
 * Redirects are not followed: nobody but the configured host is to learn what is told. Not by `fetch`, which in Node 20
 * knows no proxy.
 * @throws {Error} where no answer comes; {@link reasonOf} says why
 */
export async function request(
  { url, proxy }: HttpTarget,
  method: 'GET' | 'POST',
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
  timeoutMillis: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const agent = await createHttpAgent({ url, proxy, timeoutMillis, keepAlive: false });
  const send = url.startsWith('https:') ? tlsRequest : plainRequest;
  const own = { ...headers, 'user-agent': 'scout-agent' };
  const limit = timeLimit(timeoutMillis, signal);
  const sent = send(url, { method, agent, headers: own, signal: limit.signal });
  // What happens behind the answer's status is nobody's concern.
  sent.on('error', () => {});
  try {
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const text = await beginningOf(answer);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  } finally {
    sent.destroy();
    limit.clear();
  }
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  answer.setEncoding('utf8');
  try {
    for await (const chunk of answer) {
      text += chunk;
      if (text.length >= ANSWER_BYTES) break;
    }
  } catch {
    // It was cut.
  }
  return text.slice(0, ANSWER_BYTES);
}
