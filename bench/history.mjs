// `npm run bench:history`: what 30 days at 10 s of 8 series cost to write, to hold, and to ask of a running agent over HTTP.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { openHistory } from '../agent/dist/history/file.js';
import { Store } from '../agent/dist/history/store.js';
import { generatedCycles, generatedServer } from '../build/test/support/generated-history.js';

const DAY = 86_400_000;
const INTERVAL = 10_000;
const ROUNDS = 25;
/** The page asks for 1,000 points on a wide screen; a program that says nothing gets 500. */
const QUESTIONS = [
  { days: 30, points: 1_000 },
  { days: 7, points: 1_000 },
  { days: 7, points: 500 },
  { days: 1, points: 1_000 },
];

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
  await ask();
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

/** As the page asks, from another process: of one history, over one connection, one question after the other. */
async function ask() {
  const { agent, address, probe } = await startAgent();
  try {
    await query(address, QUESTIONS[0]);
    const { rss: before } = await probe();
    console.log(`the agent before: ${(before / 1e6).toFixed(0)} MB resident; ${await idle(probe)}`);
    for (const question of QUESTIONS) {
      const [answers, blocks, sizes] = [[], [], []];
      for (let round = 0; round < ROUNDS; round++) {
        await probe();
        const { took, length } = await query(address, question);
        answers.push(took);
        blocks.push((await probe()).blocked);
        sizes.push(length);
      }
      console.log(
        `${question.days} days of all series in ${question.points} points: median ${at(answers, 0.5)} ms, longest ${at(answers, 1)} ms; main loop blocked: ` +
          `median ${at(blocks, 0.5)} ms, longest ${at(blocks, 1)} ms; ${(sizes[0] / 1e3).toFixed(0)} kB of JSON`,
      );
    }
    const { rss: after } = await probe();
    // What the answers leave behind goes with the next collections of garbage.
    await setTimeout(30_000);
    const { rss: later } = await probe();
    console.log(`and after them: ${(after / 1e6).toFixed(0)} MB, 30 s later ${(later / 1e6).toFixed(0)} MB`);
  } finally {
    agent.kill();
    await once(agent, 'exit');
  }
}

/** What the machine itself does to a loop that has nothing to do. */
async function idle(probe) {
  const blocks = [];
  for (let round = 0; round < ROUNDS; round++) {
    await probe();
    await setTimeout(50);
    blocks.push((await probe()).blocked);
  }
  return `main loop blocked while idle: median ${at(blocks, 0.5)} ms, longest ${at(blocks, 1)} ms`;
}

async function startAgent() {
  const config = join(folder, 'agent.env.yml');
  writeFileSync(config, `history: {directory: ${folder}}\ndashboard: {listen: '127.0.0.1:0'}\n`);
  const here = (path) => new URL(path, import.meta.url).pathname;
  const agent = spawn(
    process.execPath,
    ['--import', here('loop-probe.mjs'), here('../agent/dist/cli.js'), 'run', '-c', config],
    {
      env: { PATH: process.env.PATH, OTEL_METRICS_EXPORTER: 'none' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  const probe = async () => {
    const answer = once(agent, 'message');
    agent.send('');
    return (await answer)[0];
  };
  for await (const line of createInterface(agent.stderr)) {
    const [, address] = /dashboard: (http:\S+)/.exec(line) ?? [];
    if (address !== undefined) return { agent, address, probe };
  }
  throw new Error('the agent ended without an address of its dashboard');
}

async function query(address, { days, points }) {
  const to = Date.now();
  const begin = performance.now();
  const response = await fetch(`${address}api/series?from=${to - days * DAY}&to=${to}&points=${points}`);
  const text = await response.text();
  const took = performance.now() - begin;
  if (!response.ok) throw new Error(text);
  return { took, length: text.length };
}

function at(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
}
