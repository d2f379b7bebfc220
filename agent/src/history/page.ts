/** The history as text for its owner, a page at a time: what a reader has not asked for yet is nowhere in memory. */
import type Database from 'libsql';
import type { Range } from './query.js';
import { type Row, rowsOf } from './rows.js';
import { type StoredSeries, storedSeries } from './store.js';

export const FORMATS = ['csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** How the first page begins. */
export const HEAD: Readonly<Record<Format, string>> = {
  csv: 'time,seconds,name,attributes,unit,lowest,mean,peak,readings\n',
  json: '',
};

/** Where a page begins: the series before are done, and this one is from a time on. */
export interface Place {
  /** Its id. */
  readonly series: number;
  /** Milliseconds since 1970. */
  readonly from: number;
}

export interface PageQuestion extends Range {
  readonly format: Format;
  /** `undefined` of the first page. */
  readonly place: Place | undefined;
}

export interface Page {
  /** Whole lines. */
  readonly text: string;
  /** Where the next page begins; `undefined` where this is the last. */
  readonly next: Place | undefined;
}

/** Lines of a page: a quarter of a megabyte at most, and some ten milliseconds. */
const LINES = 1_000;

/**
 * Every series, one after the other: readings as they were, or of older time what each minute, five minutes or hour came to. Each page is
 * read when it is asked for, so that what was pruned since the one before is told by the coarser rows.
 */
export function pageOf(database: Database.Database, { from, to, format, place }: PageQuestion): Page {
  const lines: string[] = [];
  const page = (next?: Place) => ({
    text: (place === undefined ? HEAD[format] : '') + lines.map((line) => `${line}\n`).join(''),
    next,
  });
  for (const series of storedSeries(database)) {
    if (place !== undefined && series.id < place.series) continue;
    const start = series.id === place?.series ? place.from : from;
    const rows = rowsOf(database, series, { from: start, to }, LINES - lines.length);
    lines.push(...rows.map(format === 'csv' ? csvOf(series) : jsonOf(series)));
    const last = rows.at(-1);
    if (last !== undefined && lines.length === LINES) return page({ series: series.id, from: last.time + 1 });
  }
  return page();
}

function csvOf({ name, unit, attributes }: StoredSeries): (row: Row) => string {
  const pairs = Object.entries(JSON.parse(attributes)).map(([key, value]) => `${key}=${value}`);
  return ({ time, widthMillis, lowest, mean, peak, readings }) =>
    [iso(time), widthMillis / 1_000, name, pairs.join(' '), unit, lowest, mean, peak, readings].join(',');
}

function jsonOf({ name, unit, attributes }: StoredSeries): (row: Row) => string {
  const series = { name, attributes: JSON.parse(attributes), unit };
  return ({ time, widthMillis, ...values }) =>
    JSON.stringify({ time: iso(time), seconds: widthMillis / 1_000, ...series, ...values });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
