/** The agent's page as a reader on its host gets it, asked for by a Node that is there. */
import { readFileSync } from 'node:fs';

/** Prints the status and the text; fails while nobody listens. */
export const ASK_FOR_PAGE = `fetch('http://127.0.0.1:4380/').then(
  async (answer) => console.log(answer.status, await answer.text()))`;

/** What {@link ASK_FOR_PAGE} has to print. */
export const PAGE = `200 ${readFileSync(new URL('../../agent/page/index.html', import.meta.url), 'utf8')}\n`;
