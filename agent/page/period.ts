/** Which stretch of time the page shows, and how the address says it. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Milliseconds since 1970; `to` is not part of it any more. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The last hour, day and so on: it moves with the time. */
export const PERIODS = {
  '1h': { millis: HOUR, words: 'the last hour' },
  '6h': { millis: 6 * HOUR, words: 'the last 6 hours' },
  '24h': { millis: DAY, words: 'the last 24 hours' },
  '7d': { millis: 7 * DAY, words: 'the last 7 days' },
  '30d': { millis: 30 * DAY, words: 'the last 30 days' },
} as const;

export type PeriodName = keyof typeof PERIODS;

/** A period that moves, or a range that stands. */
export type Choice = { readonly period: PeriodName } | Range;

const DEFAULT = { period: '24h' } as const;

/** The API knows no later one. */
const LAST_TIME = Date.parse('9999-12-31T23:59:59Z');

/** No period is shorter: a handful of cycles is no chart. */
export const SHORTEST = MINUTE;

/**
 * `?period=6h`, or `?from=…&to=…` with each a time of ISO 8601 or milliseconds since 1970. What can't be read gives the
 * default: an address that was cut off in a chat still opens the page.
 */
export function readChoice(search: string): Choice {
  return choiceIn(new URLSearchParams(search)) ?? DEFAULT;
}

/** @returns what an address asks for in vain, in a sentence */
export function complaintOf(search: string): string | undefined {
  const parameters = new URLSearchParams(search);
  const isAsked = ['period', 'from', 'to'].some((name) => parameters.has(name));
  if (!isAsked || choiceIn(parameters) !== undefined) return undefined;
  const names = Object.keys(PERIODS).join(', ');
  return `The address names no period (${names}) and no range that can be shown: these are ${PERIODS[DEFAULT.period].words}.`;
}

function choiceIn(parameters: URLSearchParams): Choice | undefined {
  const period = parameters.get('period');
  if (period !== null && Object.hasOwn(PERIODS, period)) return { period: period as PeriodName };
  const from = readTime(parameters.get('from'));
  const to = readTime(parameters.get('to'));
  return to - from >= 1000 && to <= LAST_TIME ? { from, to } : undefined;
}

export function writeChoice(choice: Choice): string {
  if ('period' in choice) return `?period=${choice.period}`;
  const step = stepOf(choice);
  return `?from=${writeTime(choice.from, step)}&to=${writeTime(choice.to, step)}`;
}

export function rangeOf(choice: Choice, now: number): Range {
  return 'period' in choice ? { from: now - PERIODS[choice.period].millis, to: now } : choice;
}

/**
 * Of a period, what the history can fill: two minutes at the end of an empty day look like a fault. A little of the time
 * before stays, so that the beginning is seen as one.
 * @param begin of the history; `undefined` while there is none
 */
export function clip(range: Range, begin: number | undefined, intervalMillis: number): Range {
  const least = Math.max(2 * MINUTE, 12 * intervalMillis);
  const start = begin ?? range.to;
  const filled = Math.max((range.to - start) * 1.05, least);
  return { from: Math.max(range.from, range.to - filled), to: range.to };
}

function readTime(text: string | null): number {
  if (text === null || text === '') return Number.NaN;
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}

/**
 * Nobody drags finer, the address stays one that can be read, and a long range consists of whole rows of the history's
 * coarser tables, so that its numbers tell of it alone.
 */
function stepOf({ from, to }: Range): number {
  return [HOUR, 5 * MINUTE, MINUTE].find((step) => 64 * step <= to - from) ?? 1000;
}

function writeTime(time: number, step: number): string {
  return new Date(Math.round(time / step) * step).toISOString().replace('.000Z', 'Z');
}
