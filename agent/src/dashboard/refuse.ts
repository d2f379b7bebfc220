import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Refusal } from './answers.js';

/**
 * Answers with a sentence: as JSON, or as a page to a person who looks at it in a browser.
 * @param error the sentence
 */
export function refuse(
  c: Context,
  status: ContentfulStatusCode,
  error: string,
): Response | Promise<Response> {
  c.header('Vary', 'Accept', { append: true });
  // Only a browser that goes somewhere names it; its scripts take anything.
  if (c.req.header('accept')?.includes('text/html')) return c.html(page(error), status);
  return c.json({ error } satisfies Refusal, status);
}

/** Without a look of its own: what a style sheet is asked for with may be what is refused. */
function page(error: string) {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>scout-agent</title>
<h1>scout-agent</h1>
<p>${error}</p>
</html>
`;
}
