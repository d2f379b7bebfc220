/** What the agent answers, and how it is asked. Addresses are relative, so that a proxy may put the page under a path. */
import type { Range } from './period.js';

export type Bucket = readonly [time: number, low: number, mean: number, peak: number];

export interface Identity {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface Summary {
  readonly lowest: number;
  readonly mean: number;
  readonly peak: number;
  readonly peakTime: number;
  readonly readings: number;
}

export interface Series extends Identity {
  readonly summary?: Summary;
  readonly buckets: readonly Bucket[];
}

export interface Buckets extends Range {
  readonly widthMillis: number;
  readonly series: readonly Series[];
  readonly collected: readonly Range[];
}

export type Collector =
  | { readonly state: 'off' }
  | {
      readonly state: 'waiting' | 'up' | 'unreachable' | 'refusing';
      readonly endpoint: string;
      readonly since: number;
      readonly reason?: string;
    };

export interface Health {
  readonly healthy: boolean;
  readonly reasons: readonly string[];
}

export interface Status {
  readonly version: string;
  readonly host: string;
  readonly now: number;
  readonly intervalMillis: number;
  readonly retentionMillis: number;
  readonly collector: Collector;
  readonly health: Health;
  readonly configuration: string;
}

export interface Cycle {
  readonly time: number;
  readonly series: readonly (Identity & { readonly value: number })[];
  readonly collector: Collector;
  readonly health: Health;
}

/** A refusal in the agent's own words. */
export class ApiError extends Error {}

export function fetchStatus(): Promise<Status> {
  return ask<Status>('api/status').then(({ body }) => body);
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
): Promise<{ body: Buckets; arrived: number }> {
  const { from, to, points, name } = query;
  const parameters = new URLSearchParams({
    from: String(Math.floor(from)),
    to: String(Math.ceil(to)),
    points: String(points),
    ...(name === undefined ? {} : { name }),
  });
  return ask<Buckets>(`api/series?${parameters}`, signal);
}

async function ask<Body>(address: string, signal?: AbortSignal): Promise<{ body: Body; arrived: number }> {
  const response = await fetch(address, signal === undefined ? {} : { signal });
  const text = await response.text();
  const arrived = performance.now();
  if (response.ok) return { body: JSON.parse(text) as Body, arrived };
  throw new ApiError(sentenceOf(text) ?? `${address} answers ${response.status}`);
}

/** Something else may stand between, such as a proxy, whose answers are no JSON. */
function sentenceOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
