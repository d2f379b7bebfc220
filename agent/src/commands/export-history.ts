import { lstatSync } from 'node:fs';
import type { AgentConfig } from '../config/load.js';
import type { Setting } from '../config/settings.js';
import { openForReading } from '../history/file.js';
import { type Format, HEAD, pageOf } from '../history/page.js';
import type { Range } from '../history/query.js';
import { STATE_PATH } from '../install/unit.js';
import { TYPED } from '../started.js';
import { answer } from './answer.js';

export interface ExportOptions extends Range {
  readonly format: Format;
}

/** @throws {Error} where there is no history, or none that may be read */
export async function exportHistory(config: AgentConfig, { from, to, format }: ExportOptions): Promise<void> {
  if (from >= to)
    throw new Error(`there is no time from ${iso(from)} to ${iso(to)}; --from must be before --to`);
  let printed = 0;
  for (const text of fromFile(config, { from, to, format })) {
    printed += text.length;
    if (!(await answer(text))) return;
  }
  if (printed === HEAD[format].length)
    process.stderr.write(`the history has nothing from ${iso(from)} to ${iso(to)}\n`);
}

function* fromFile(config: AgentConfig, options: ExportOptions): Generator<string> {
  const { database } = open(config);
  for (let page = pageOf(database, { ...options, place: undefined }); ; ) {
    yield page.text;
    if (page.next === undefined) return;
    page = pageOf(database, { ...options, place: page.next });
  }
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

function iso(time: number): string {
  return new Date(time).toISOString();
}
