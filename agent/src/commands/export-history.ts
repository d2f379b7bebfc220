import { lstatSync } from 'node:fs';
import type { AgentConfig } from '../config/load.js';
import type { Setting } from '../config/settings.js';
import { openForReading } from '../history/file.js';
import type { Range } from '../history/query.js';
import { type Row, rowsOf } from '../history/rows.js';
import { type StoredSeries, storedSeries } from '../history/store.js';
import { STATE_PATH } from '../install/unit.js';
import { TYPED } from '../started.js';
import { answer } from './answer.js';

export interface ExportOptions extends Range {
  readonly format: 'csv' | 'json';
}

/** Lines that go out together. */
const LINES = 1_000;

/**
 * Prints every series of the history, one after the other: readings as they were, or of older time what each minute or
 * hour came to.
 * @throws {Error} where there is no history, or none that may be read
 */
export async function exportHistory(config: AgentConfig, { from, to, format }: ExportOptions): Promise<void> {
  if (from >= to)
    throw new Error(`there is no time from ${iso(from)} to ${iso(to)}; --from must be before --to`);
  const { database } = open(config);
  let lines = format === 'csv' ? ['time,seconds,name,attributes,unit,lowest,mean,peak,readings'] : [];
  const send = async () => {
    const text = lines.map((line) => `${line}\n`).join('');
    lines = [];
    return answer(text);
  };
  for (const series of storedSeries(database)) {
    const line = format === 'csv' ? csvOf(series) : jsonOf(series);
    for (const row of rowsOf(database, series, { from, to })) {
      if (lines.push(line(row)) >= LINES && !(await send())) return;
    }
  }
  await send();
}

/** The service's folder, which its unit names, unless the file names one: that holds for both. */
function folderOf({ history: { directory }, settings }: AgentConfig): string {
  const { origin } = settings.find(({ path }) => path.join('.') === 'history.directory') as Setting;
  // The link is there for every user, and what it leads to for root alone.
  const ofService = lstatSync(STATE_PATH, { throwIfNoEntry: false }) !== undefined;
  return ofService && ['default', 'XDG_STATE_HOME'].includes(origin) ? STATE_PATH : directory;
}

function open(config: AgentConfig) {
  const folder = folderOf(config);
  try {
    return openForReading(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new Error(
        `there is no history in ${folder}; an agent writes it there, started by: ${TYPED} run`,
        { cause: error },
      );
    if (code === 'EACCES')
      throw new Error(`the history in ${folder} may not be read by this user; run: sudo ${TYPED} export`, {
        cause: error,
      });
    throw new Error(`the history in ${folder} can't be read: ${message}`, { cause: error });
  }
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
