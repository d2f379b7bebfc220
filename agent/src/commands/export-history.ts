import type { AgentConfig } from '../config/load.js';
import { openForReading } from '../history/file.js';
import { type Format, HEAD, pageOf } from '../history/page.js';
import type { Range } from '../history/query.js';
import { WITH_SUDO } from '../started.js';
import { type AgentPlaces, agentPlaces } from './agent-places.js';
import { answer } from './answer.js';
import { askedByThisUser } from './asked-by-this-user.js';
import { typedFor } from './typed-for.js';

export interface ExportOptions extends Range {
  readonly format: Format;
}

/**
 * Prints what the running agent gives, or without one what is in the file.
 * @throws {Error} where there is no history, or none that may be read
 */
export async function exportHistory(config: AgentConfig, { from, to, format }: ExportOptions): Promise<void> {
  if (from >= to)
    throw new Error(`there is no time from ${iso(from)} to ${iso(to)}; --from must be before --to`);
  const places = agentPlaces(config);
  const options = { from, to, format };
  const texts = (await fromAgent(places, options)) ?? fromFile(config, places, options);
  let printed = 0;
  for await (const text of texts) {
    printed += text.length;
    if (!(await answer(text))) return;
  }
  if (printed === HEAD[format].length)
    process.stderr.write(`the history has nothing from ${iso(from)} to ${iso(to)}\n`);
}

/** What the running agent gives; `undefined` where none runs. */
async function fromAgent(
  { socket }: AgentPlaces,
  { from, to, format }: ExportOptions,
): Promise<AsyncIterable<string> | undefined> {
  const path = `/export?from=${from}&to=${to}&format=${format}`;
  const response = await askedByThisUser(socket, path);
  return response && untilItsEnd(response);
}

async function* untilItsEnd(response: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* response;
  } catch (error) {
    throw new Error('the agent ended before all was exported; run it again', { cause: error });
  }
}

function* fromFile(config: AgentConfig, { state }: AgentPlaces, options: ExportOptions): Generator<string> {
  const { database } = open(config, state);
  for (let page = pageOf(database, { ...options, place: undefined }); ; ) {
    yield page.text;
    if (page.next === undefined) return;
    page = pageOf(database, { ...options, place: page.next });
  }
}

function open(config: AgentConfig, folder: string) {
  try {
    return openForReading(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new Error(
        `there is no history in ${folder}; an agent writes it there, started by: ${typedFor('run', config.file)}`,
        { cause: error },
      );
    if (code === 'EACCES')
      throw new Error(`the history in ${folder} may not be read by this user; run: ${WITH_SUDO}`, {
        cause: error,
      });
    throw new Error(`the history in ${folder} can't be read: ${message}`, { cause: error });
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
