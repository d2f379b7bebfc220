/** The thread that owns the history's file, so that neither a query nor a slow disk holds up a cycle. */
import { parentPort, workerData } from 'node:worker_threads';
import { isDamaged, type OpenHistory, openHistory } from './file.js';
import type { BucketsQuestion, FromThread, HistorySettings, ToThread } from './messages.js';
import { bucketsAsJson, resolution } from './query.js';
import { type Cycle, Store } from './store.js';

const { directory, retentionMillis } = workerData as HistorySettings;
const port = parentPort as NonNullable<typeof parentPort>;

/** Unset while the file can't be opened, which each cycle tries again. */
let current: (OpenHistory & { readonly store: Store }) | undefined;
/** Cycles that could not be written since one could. */
let lost = 0;

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'append':
      append(message.cycle);
      return say({ kind: 'taken' });
    case 'ask':
      return answer(message.id, message.question);
    case 'close':
      current?.database.close();
      return port.close();
  }
});

function opened(): OpenHistory & { readonly store: Store } {
  if (current !== undefined) return current;
  const open = openHistory(directory, Date.now());
  for (const text of open.notes) say({ kind: 'log', level: 'warn', text });
  current = { ...open, store: new Store(open.database, retentionMillis) };
  return current;
}

function append(cycle: Cycle): void {
  try {
    write(cycle);
    if (lost > 0)
      say({ kind: 'log', level: 'info', text: `the history is kept again; cycles missing in it: ${lost}` });
    lost = 0;
  } catch (error) {
    if (lost === 0) {
      const text = `no history is kept in ${directory}: ${(error as Error).message}; it is tried again each cycle, and counting goes on`;
      say({ kind: 'log', level: 'warn', text });
    }
    lost++;
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

function answer(id: number, question: BucketsQuestion): void {
  try {
    const { database, store } = opened();
    const { most, names, intervalMillis } = question;
    const json = bucketsAsJson(
      database,
      store.series().filter(({ name }) => names?.includes(name) ?? true),
      question,
      resolution(question, most, intervalMillis, Date.now()),
      question,
    );
    const bytes = new TextEncoder().encode(json);
    port.postMessage({ kind: 'answer', id, json: bytes } satisfies FromThread, [bytes.buffer]);
  } catch (error) {
    say({ kind: 'refusal', id, message: (error as Error).message });
  }
}

function say(message: FromThread): void {
  port.postMessage(message);
}
