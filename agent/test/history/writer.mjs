// Appends cycles to the history in a folder as fast as it can, and prints the number of each one that is committed.
import { writeSync } from 'node:fs';
import { openHistory } from '../../dist/history/file.js';
import { Store } from '../../dist/history/store.js';

const [folder, first] = process.argv.slice(2);
const { database } = openHistory(folder, 0);
const store = new Store(database, 30 * 86_400_000);
for (let number = Number(first); ; number++) {
  const samples = ['a', 'b', 'c'].map((name) => ({ name, unit: '1', attributes: '{}', value: number }));
  store.append({ time: number, intervalMillis: 1, samples });
  writeSync(1, `${number}\n`);
}
