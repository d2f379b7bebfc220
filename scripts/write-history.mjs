// Writes the history of a generated server, as its agent would have kept it until now, into a folder: to look at the
// dashboard with, or to test it. Run it after `npm run build`:
//   node scripts/write-history.mjs --seed 1 --pattern leak --directory DIR [--days 30]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'libsql';
import { migrate } from '../agent/dist/history/layout.js';
import { Store } from '../agent/dist/history/store.js';
import { generatedCycles, generatedServer, PATTERNS } from '../build/test/support/generated-history.js';

const DAY = 86_400_000;
const INTERVAL = 10_000;
const USAGE = `write-history.mjs --seed NUMBER --pattern ${PATTERNS.join('|')} --directory DIR [--days NUMBER]`;

const { seed, pattern, directory, days } = parseArgs({
  options: {
    seed: { type: 'string' },
    pattern: { type: 'string' },
    directory: { type: 'string' },
    days: { type: 'string', default: '30' },
  },
}).values;
if (!Number.isSafeInteger(Number(seed)) || !PATTERNS.includes(pattern) || !directory || !(Number(days) > 0)) {
  console.error(`usage: ${USAGE}`);
  process.exit(2);
}

const now = Math.floor(Date.now() / INTERVAL) * INTERVAL;
// Writing takes a minute, and the history is to end when it is done.
const span = { from: now - Number(days) * DAY, to: now + DAY / 24 };
// A transaction for each cycle is quick in memory and takes minutes on a disk.
const database = new Database(':memory:');
migrate(database);
const store = new Store(database, 30 * DAY);
const server = generatedServer(Number(seed), pattern, span);
for (const cycle of generatedCycles(server, { ...span, intervalMillis: INTERVAL })) {
  if (cycle.time > Date.now()) break;
  store.append(cycle);
}
mkdirSync(directory, { recursive: true });
database.prepare('VACUUM INTO ?').run(join(directory, 'history.db'));
database.close();
console.log(JSON.stringify(server));
