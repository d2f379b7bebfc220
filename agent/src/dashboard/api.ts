import { type Context, Hono } from 'hono';
import type { BucketsQuestion } from '../history/messages.js';
import type { Buckets } from '../history/query.js';
import { seriesKey } from '../history/series-key.js';
import type { Cycle } from '../history/store.js';
import { alertsApi, type JudgedAlerts } from './alerts-api.js';
import type { CurrentValue, CycleEvent, StatusAnswer, SummaryAnswer } from './answers.js';
import { events } from './events.js';
import type { Now } from './now.js';
import { QuestionError, readQuestion } from './question.js';
import { refuse } from './refuse.js';

/** What the API tells of. */
export interface Sources {
  readonly now: Now;
  /** JSON of {@link Buckets} in UTF-8, compressed where that is asked for. */
  buckets(question: BucketsOf): Promise<Uint8Array<ArrayBuffer>>;
  status(): StatusAnswer;
  /** `undefined` where nothing is judged. */
  readonly alerts: JudgedAlerts | undefined;
}

type BucketsOf = Omit<BucketsQuestion, 'intervalMillis'>;

/** Questions that may wait for the history: each may take it some tenths of a second. */
const MAX_QUESTIONS = 16;

/** Routes below `/api`. */
export function api({ now, buckets, status, alerts }: Sources): Hono {
  let waiting = 0;
  const ask = async (
    c: Context,
    how: Pick<BucketsOf, 'summaryOnly' | 'gzip'>,
    answer: (json: Uint8Array<ArrayBuffer>) => Response,
  ) => {
    const { from, to, points, name } = readQuestion(c.req.queries());
    if (waiting >= MAX_QUESTIONS) {
      c.header('Retry-After', '1');
      return refuse(c, 429, `${waiting} questions wait for the history already`);
    }
    waiting++;
    try {
      return answer(await buckets({ from, to, most: points, names: name, ...how }));
    } catch (error) {
      return refuse(c, 503, `the history can't be read: ${(error as Error).message}`);
    } finally {
      waiting--;
    }
  };
  return new Hono()
    .get('/series', (c) => {
      // The history's thread does it: here it would hold up a cycle.
      const gzip = c.req.header('accept-encoding')?.includes('gzip') ?? false;
      const encoding = gzip ? { 'Content-Encoding': 'gzip' } : {};
      const headers = { 'Content-Type': 'application/json', Vary: 'Accept-Encoding', ...encoding };
      return ask(c, { gzip }, (json) => c.body(json, 200, headers));
    })
    .get('/summary', (c) => ask(c, { summaryOnly: true }, (json) => c.json(summary(json, now.last?.cycle))))
    .get('/status', (c) => c.json(status()))
    .get(
      '/events',
      events(now, () => cycleEvent(now.last?.cycle, status(), alerts)),
    )
    .route('/', alertsApi(alerts))
    .onError((error, c) => {
      if (error instanceof QuestionError) return refuse(c, 400, error.message);
      throw error;
    });
}

function summary(json: Uint8Array, last: Cycle | undefined): SummaryAnswer {
  const { from, to, series } = JSON.parse(new TextDecoder().decode(json)) as Buckets;
  const current = new Map(
    last?.samples.map(({ name, attributes, value }) => [seriesKey(name, attributes), value]),
  );
  return {
    from,
    to,
    series: series.map(({ buckets: _, ...each }) => {
      const value = current.get(seriesKey(each.name, JSON.stringify(each.attributes)));
      return { ...each, ...(value !== undefined && { current: value }) };
    }),
  };
}

function cycleEvent(
  last: Cycle | undefined,
  { collector, health }: StatusAnswer,
  judged: JudgedAlerts | undefined,
): CycleEvent | undefined {
  const alerts = judged
    ?.report()
    .filter(({ state }) => state !== 'inactive')
    .map(({ rule, severity, state }) => ({ rule, severity, state }));
  return last && { time: last.time, series: currentValues(last), collector, health, alerts };
}

function currentValues(last: Cycle | undefined): CurrentValue[] {
  return (last?.samples ?? []).map((sample) => ({ ...sample, attributes: JSON.parse(sample.attributes) }));
}
