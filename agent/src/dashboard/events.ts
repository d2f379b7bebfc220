import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { timeLimit } from '../time-limit.js';
import type { CycleEvent } from './answers.js';
import type { Now } from './now.js';
import { refuse } from './refuse.js';

/** Readers at a time. */
const MAX_STREAMS = 32;

/** Proxies close what is silent for a minute. */
const SILENCE_MILLIS = 15_000;

/** Answers with a stream of server-sent events: the last cycle at once, then each one as it comes. */
export function events(
  now: Now,
  event: () => CycleEvent | undefined,
): (c: Context) => Response | Promise<Response> {
  let streams = 0;
  return (c) => {
    if (streams >= MAX_STREAMS) {
      c.header('Retry-After', '10');
      return refuse(c, 429, `${MAX_STREAMS} readers follow the events already`);
    }
    streams++;
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const send = async () => {
        const data = event();
        if (data !== undefined) await stream.writeSSE({ event: 'cycle', data: JSON.stringify(data) });
      };
      try {
        await send();
        while (!gone.signal.aborted) {
          const patience = timeLimit(SILENCE_MILLIS, gone.signal);
          const came = await now.next(patience.signal).then(
            () => true,
            () => false,
          );
          patience.clear();
          await (came ? send() : stream.write(':\n\n'));
        }
      } finally {
        streams--;
      }
    });
  };
}
