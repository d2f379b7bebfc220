import { existsSync } from 'node:fs';
import type { AgentConfig } from '../config/load.js';
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
  if (from >= to) throw new Error('--from must be before --to');
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

/** The agent's own folder, or that of the service, which has another where its unit says so and not the file. */
function open({ history: { directory } }: AgentConfig) {
  const folder = [directory, STATE_PATH].find((each) => existsSync(each)) ?? directory;
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
