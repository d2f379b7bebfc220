import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Refusal } from './answers.js';

/**
 * Answers with a sentence: as JSON, or as it is to a person who looks at it in a browser.
 * @param error the sentence
 */
export function refuse(c: Context, status: ContentfulStatusCode, error: string): Response {
  if (c.req.header('sec-fetch-mode') === 'navigate') return c.text(`${error}\n`, status);
  return c.json({ error } satisfies Refusal, status);
}
