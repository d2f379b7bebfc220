import { pipeline } from 'node:stream/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { History } from '../history/history.js';
import type { Answer } from '../history/messages.js';
import { FORMATS, type Format, type PageQuestion } from '../history/page.js';

const TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/x-ndjson',
};

/** `GET /export?from=&to=&format=`: the history, from and to in milliseconds since 1970. */
export function exportRoute(history: History) {
  return async (c: Context<{ Bindings: HttpBindings }>): Promise<Response> => {
    const question = questionOf(c.req.query());
    if (typeof question === 'string') return c.json({ error: question }, 400);
    const first = await history.page(question);
    const { outgoing } = c.env;
    outgoing.writeHead(200, { 'content-type': TYPES[question.format] });
    // Where the reader goes away there is nobody to tell, and where the history fails the broken connection tells.
    await pipeline(pages(history, question, first), outgoing).catch(() => {});
    return RESPONSE_ALREADY_SENT;
  };
}

/** Asks for a page when the one before has gone out: a slow reader costs no memory, and one that leaves no work. */
async function* pages(history: History, question: PageQuestion, first: Answer): AsyncGenerator<Uint8Array> {
  yield first.bytes;
  for (let { next } = first; next !== undefined; ) {
    const page = await history.page({ ...question, place: next });
    yield page.bytes;
    next = page.next;
  }
}

/** What is asked for, or a sentence that says what is wrong. */
function questionOf({ from = '', to = '', format }: Record<string, string>): PageQuestion | string {
  for (const [name, value] of Object.entries({ from, to }))
    if (!/^\d{1,15}$/.test(value)) return `${name} must be a time in milliseconds since 1970`;
  if (Number(from) >= Number(to)) return 'from must be before to';
  const known = FORMATS.find((name) => name === format);
  if (known === undefined) return `format must be one of ${FORMATS.join(', ')}`;
  return { from: Number(from), to: Number(to), format: known, place: undefined };
}
