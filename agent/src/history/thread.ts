/** The thread that owns the history's file, so that neither a query nor a slow disk holds up a cycle. */
import { parentPort, workerData } from 'node:worker_threads';
import { isDamaged, type OpenHistory, openHistory } from './file.js';
import type { BucketsQuestion, FromThread, HistorySettings, ToThread } from './messages.js';
import { bucketsAsJson, resolution } from './query.js';
import { type Cycle, Store } from './store.js';

const { directory, retentionMillis } = workerData as HistorySettings;
const port = parentPort as NonNullable<typeof parentPort>;

let open: OpenHistory;
let store: Store;
/** Cycles that could not be written since one could. */
let lost = 0;

begin();
port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'append':
      append(message.cycle);
      return say({ kind: 'taken' });
    case 'ask':
      return answer(message.id, message.question);
    case 'close':
      open.database.close();
      return port.close();
  }
});

function begin(): void {
  open = openHistory(directory, Date.now());
  store = new Store(open.database, retentionMillis);
  for (const text of open.notes) say({ kind: 'log', level: 'warn', text });
}

function append(cycle: Cycle): void {
  try {
    try {
      store.append(cycle);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      open.database.close();
      begin();
      store.append(cycle);
    }
    if (lost > 0)
      say({ kind: 'log', level: 'info', text: `${open.file} can be written again; cycles missing: ${lost}` });
    lost = 0;
  } catch (error) {
    if (lost === 0) {
      const text = `${open.file} can't be written (${(error as Error).message}); cycles are missing in the history until it can`;
      say({ kind: 'log', level: 'warn', text });
    }
    lost++;
  }
}

function answer(id: number, question: BucketsQuestion): void {
  try {
    const { most, intervalMillis } = question;
    const json = bucketsAsJson(
      open.database,
      store.series(),
      question,
      resolution(question, most, intervalMillis, Date.now()),
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
