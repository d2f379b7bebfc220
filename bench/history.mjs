// `npm run bench:history`: what 30 days at 10 s of 8 series cost to write, to hold and to ask, by the agent's own code.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHistory } from '../agent/dist/history/file.js';
import { History } from '../agent/dist/history/history.js';
import { Store } from '../agent/dist/history/store.js';
import { generatedCycles, generatedServer } from '../build/test/support/generated-history.js';

const DAY = 86_400_000;
const INTERVAL = 10_000;
const ROUNDS = 15;

const folder = mkdtempSync(join(tmpdir(), 'scout-agent-bench-'));
try {
  const end = Math.floor(Date.now() / INTERVAL) * INTERVAL;
  const writes = write({ from: end - 30 * DAY, to: end });
  console.log(`${writes.length.toLocaleString('en')} cycles of 8 series; Node ${process.version}`);
  console.log(
    `a cycle's write: median ${at(writes, 0.5)} ms, 99th percentile ${at(writes, 0.99)} ms, longest ${at(writes, 1)} ms`,
  );
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  console.log(`on disk: ${(bytes / 1e6).toFixed(1)} MB`);

  const history = new History({ directory: folder, retentionMillis: 30 * DAY }, INTERVAL);
  await history.buckets({ from: end - DAY, to: end, most: 10 });
  for (const days of [30, 7, 1]) {
    const [answers, blocks, sizes] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      const loop = watchLoop();
      const begin = performance.now();
      const json = await history.buckets({ from: end - days * DAY, to: end, most: 1_200 });
      answers.push(performance.now() - begin);
      blocks.push(loop());
      sizes.push(json.byteLength);
    }
    console.log(
      `${days} days of all series: median ${at(answers, 0.5)} ms, longest ${at(answers, 1)} ms; ` +
        `main loop blocked at most ${at(blocks, 1)} ms; ${(sizes[0] / 1e3).toFixed(0)} kB`,
    );
  }
  await history.drain(10_000);
} finally {
  rmSync(folder, { recursive: true });
}

function write(span) {
  const { database } = openHistory(folder, span.from);
  const store = new Store(database, 30 * DAY);
  const took = [];
  const server = generatedServer(1, 'ordinary', span);
  for (const cycle of generatedCycles(server, { ...span, intervalMillis: INTERVAL })) {
    const begin = performance.now();
    store.append(cycle);
    took.push(performance.now() - begin);
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return took;
}

/** @returns a function that ends it and gives the longest time, in milliseconds, that the main loop did not turn */
function watchLoop() {
  let longest = 0;
  let last = performance.now();
  let immediate = setImmediate(function turn() {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    immediate = setImmediate(turn);
  });
  return () => {
    clearImmediate(immediate);
    return longest;
  };
}

function at(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
}
