/** What the agent answers, and how it is asked. Addresses are relative, so that a proxy may put the page under a path. */
import type { AlertsAnswer, Refusal, SeriesAnswer, StatusAnswer } from '../src/dashboard/answers.js';
import type { BucketsOfSeries as Series } from '../src/history/query.js';
import type { Range } from './period.js';
import { sentence } from './sentence.js';

export type { AlertEvent } from '../src/alerts/event.js';
export type { RuleReport } from '../src/alerts/report.js';
export type {
  ActiveAlert,
  AlertsAnswer as AlertsNow,
  CollectorReport as Collector,
  CycleEvent as Cycle,
  Health,
  SeriesAnswer as Buckets,
  StatusAnswer as Status,
} from '../src/dashboard/answers.js';
export type { Bucket, BucketsOfSeries as Series, Summary } from '../src/history/query.js';
export type { Inspection } from '../src/inspect/inspection.js';

/** What tells one series from the others. */
export type Identity = Pick<Series, 'name' | 'attributes'>;

/** A refusal in the agent's own words. */
export class ApiError extends Error {}

export function fetchStatus(signal?: AbortSignal): Promise<StatusAnswer> {
  return ask<StatusAnswer>('api/status', signal).then(({ body }) => body);
}

/** @returns `undefined` where the agent judges nothing */
export async function fetchAlerts(): Promise<AlertsAnswer | undefined> {
  const response = await fetch('api/alerts');
  if (response.status === 404) return undefined;
  return (await bodyOf<AlertsAnswer>(response)).body;
}

/** Nobody is told of anything before `until`; a time of the past ends the silence. */
export async function putSilence(until: number): Promise<AlertsAnswer> {
  const response = await fetch('api/silence', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ until }),
  });
  return (await bodyOf<AlertsAnswer>(response)).body;
}

export interface SeriesQuery extends Range {
  /** How many buckets at most. */
  readonly points: number;
  /** Of one metric alone. */
  readonly name?: string;
}

/** @returns with `arrived`, the moment on the page's own clock when the whole answer was there. */
export function fetchSeries(
  query: SeriesQuery,
  signal?: AbortSignal,
): Promise<{ body: SeriesAnswer; arrived: number }> {
  const { from, to, points, name } = query;
  const parameters = new URLSearchParams({
    from: String(Math.floor(from)),
    to: String(Math.ceil(to)),
    points: String(points),
    ...(name === undefined ? {} : { name }),
  });
  return ask<SeriesAnswer>(`api/series?${parameters}`, signal);
}

async function ask<Body>(address: string, signal?: AbortSignal): Promise<{ body: Body; arrived: number }> {
  return bodyOf<Body>(await fetch(address, signal === undefined ? {} : { signal }));
}

async function bodyOf<Body>(response: Response): Promise<{ body: Body; arrived: number }> {
  const text = await response.text();
  const arrived = performance.now();
  if (response.ok) return { body: JSON.parse(text) as Body, arrived };
  throw new ApiError(
    sentenceOf(text) ?? `Something answers ${response.status} in the agent's place, perhaps a proxy.`,
  );
}

/** Something else may stand between, such as a proxy, whose answers are no JSON. */
function sentenceOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as Partial<Refusal>;
    return error === undefined ? undefined : sentence(error);
  } catch {
    return undefined;
  }
}
