/** The thread that owns the history's file, so that neither a query nor a slow disk holds up a cycle. */
import { parentPort, workerData } from 'node:worker_threads';
import { constants, gzipSync } from 'node:zlib';
import type Database from 'libsql';
import { buffersOf, columnsOf } from './columns.js';
import { isDamaged, type OpenHistory, openHistory } from './file.js';
import { HeldHistoryError, holdFolder } from './lock.js';
import type { AnswerTo, FromThread, HistorySettings, Question, ToThread } from './messages.js';
import { type Page, pageOf } from './page.js';
import { bucketsAsJson, resolution } from './query.js';
import { type Cycle, Store } from './store.js';

const { directory, retentionMillis } = workerData as HistorySettings;
const port = parentPort as NonNullable<typeof parentPort>;

/** Unset while another agent holds the folder. */
let lock: Database.Database | undefined;
/** Unset while the file can't be opened, which each cycle tries again. */
let current: (OpenHistory & { readonly store: Store }) | undefined;
/** Since a cycle could be written: why the last one could not, and how many could not. */
let trouble: { readonly held: boolean; readonly lost: number } | undefined;

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'append':
      append(message.cycle);
      return say({ kind: 'taken' });
    case 'ask':
      return answer(message.id, message.question);
    case 'close':
      current?.database.close();
      lock?.close();
      return port.close();
  }
});

function opened(): OpenHistory & { readonly store: Store } {
  if (current !== undefined) return current;
  lock ??= holdFolder(directory);
  const open = openHistory(directory, Date.now());
  for (const text of open.notes) say({ kind: 'log', level: 'warn', text });
  current = { ...open, store: new Store(open.database, retentionMillis) };
  return current;
}

function append(cycle: Cycle): void {
  try {
    write(cycle);
    if (trouble !== undefined) {
      const text = trouble.held
        ? `the other agent has ended: this one keeps the history in ${directory}`
        : `the history is kept again; cycles missing in it: ${trouble.lost}`;
      say({ kind: 'log', level: 'info', text });
    }
    trouble = undefined;
  } catch (error) {
    const { message } = error as Error;
    const held = error instanceof HeldHistoryError;
    if (trouble === undefined) {
      const text = held
        ? `${message}: it tries again each cycle, and counting goes on; for one of its own set history.directory`
        : `no history is kept in ${directory}: ${message}; it is tried again each cycle, and counting goes on`;
      say({ kind: 'log', level: 'warn', text });
    }
    trouble = { held, lost: (trouble?.lost ?? 0) + 1 };
  }
}

function write(cycle: Cycle): void {
  try {
    opened().store.append(cycle);
  } catch (error) {
    if (!isDamaged(error) || current === undefined) throw error;
    current.database.close();
    current = undefined;
    opened().store.append(cycle);
  }
}

function answer(id: number, question: Question): void {
  try {
    if (question.about === 'columns') {
      const columns = columnsOf(opened().database, question);
      hand(id, columns, buffersOf(columns));
    } else {
      const { text, next } = textFor(question);
      const bytes =
        question.about === 'buckets' && question.gzip ? zipped(text) : new TextEncoder().encode(text);
      hand(id, { bytes, next }, [bytes.buffer]);
    }
  } catch (error) {
    say({ kind: 'refusal', id, message: (error as Error).message });
  }
}

function hand(id: number, answer: AnswerTo<Question>, buffers: readonly ArrayBuffer[]): void {
  port.postMessage({ kind: 'answer', id, answer } satisfies FromThread, [...buffers]);
}

/** At the lowest level: of this JSON the usual one saves a tenth more and takes three times as long. */
function zipped(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(text, { level: constants.Z_BEST_SPEED }));
}

function textFor(question: Exclude<Question, { about: 'columns' }>): Page {
  const { database, store } = opened();
  if (question.about === 'page') return pageOf(database, question);
  const { most, names, intervalMillis } = question;
  const wanted = store.series().filter(({ name }) => names?.includes(name) ?? true);
  const at = resolution(question, most, intervalMillis, Date.now());
  return { text: bucketsAsJson(database, wanted, question, at, question), next: undefined };
}

function say(message: FromThread): void {
  port.postMessage(message);
}
