/**
 * A Collector that takes every request and never answers: the agent's own parts as `startAgent` puts them together, in
 * this process, because a branch is added to them. They share `diag`, so nothing here runs side by
 * side.
 */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAgent } from '../../dist/agent.js';
import type { AgentConfig } from '../../src/config/index.js';
import type { ExportBranch } from '../../src/export/branch.js';
import { Grid } from '../../src/export/grid.js';
import { MAX_WAITING } from '../../src/export/otlp-branch.js';
import { hostIdentity } from '../../src/resource.js';
import { procFolder } from '../support/proc-folder.js';
import { accept, hang, pointsIn, type Received, type Receiver, startReceiver } from '../support/receiver.js';
import { scratchFolder, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

/** Shorter than a file may say, so that sixty cycles take seconds. */
const INTERVAL_MILLIS = 50;

let lines: string[];

beforeEach(() => {
  lines = [];
  const keep = (...words: unknown[]) => lines.push(words.map(String).join(' '));
  const logger: DiagLogger = { error: keep, warn: keep, info: keep, debug: keep, verbose: keep };
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true });
});
afterEach(() => diag.disable());

const logged = (pattern: RegExp) => lines.filter((line) => pattern.test(line));
const linesOfTheLink = () => logged(/takes no metrics|takes metrics again/);

/** A branch as another room of the agent may add it: keeps what it gets, and when. */
class Keeper implements ExportBranch {
  readonly cycles: { counted: number; arrived: number; cycle: string; host: string }[] = [];

  accept({ resource, scopeMetrics }: ResourceMetrics): void {
    const [seconds, nanos] = scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.endTime ?? [0, 0];
    this.cycles.push({
      counted: seconds * 1e3 + nanos / 1e6,
      arrived: Date.now(),
      cycle: `${BigInt(seconds) * 1_000_000_000n + BigInt(nanos)}`,
      host: hostIdentity(resource.attributes),
    });
  }

  async drain(): Promise<void> {}
}

async function start(
  t: Test,
  receiver: Receiver,
  { timeoutMillis = 10_000, branches = [] }: { timeoutMillis?: number; branches?: ExportBranch[] } = {},
) {
  const { path } = await procFolder(t, { tcp: 12, tcp6: 3 });
  const config: AgentConfig = {
    file: undefined,
    metrics: ['tcp_connections'],
    ports: [],
    loopback: true,
    namespaces: 'own',
    process: false,
    interfaces: { include: [], exclude: [] },
    proc: path,
    intervalMillis: INTERVAL_MILLIS,
    resource: {},
    history: { directory: await scratchFolder(t), retentionMillis: 86_400_000 },
    dashboard: { listen: undefined, token: undefined, url: undefined },
    otlp: {
      url: `${receiver.endpoint}/v1/metrics`,
      headers: {},
      timeoutMillis,
      compression: 'none',
      tls: {},
    },
    alerts: undefined,
    notify: undefined,
    settings: [],
  };
  const keeper = new Keeper();
  const agent = await startAgent(config, [...branches, keeper]);
  t.onTestFinished(() => agent.stop());
  const untilCollected = (count: number) =>
    until(
      () => keeper.cycles.length >= count,
      () => `${count} cycles; there were ${keeper.cycles.length}`,
    );
  return { keeper, untilCollected };
}

const cycleOf = ({ body }: Received) => pointsIn(body)[0]?.time ?? '';

test('sixty cycles are collected and a second branch has each on time; two log lines; what is lost is told', async (t) => {
  const receiver = await startReceiver(t, hang);
  const { keeper, untilCollected } = await start(t, receiver, { timeoutMillis: 1_500 });

  await untilCollected(60);
  expect(receiver.received.length).toBeGreaterThan(0);
  expect(receiver.taken).toEqual([]);
  expect(logged(/was not taken|could not be collected/)).toEqual([]);
  // The first cycle is that of the start; each of the others has a tick of its own, and none was left out.
  const [, ...onTicks] = keeper.cycles.slice(0, 60);
  const grid = new Grid(INTERVAL_MILLIS, keeper.cycles[0]?.host ?? '');
  // A timer may run a little early, so the tick is the nearest one.
  const ticks = onTicks.map(({ counted }) => tickAfter(grid, counted - INTERVAL_MILLIS / 2));
  const gaps = ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? 0));
  const delays = onTicks.map(({ arrived }, i) => arrived - (ticks[i] ?? 0));
  console.log(
    `60 cycles, ${INTERVAL_MILLIS} ms apart, behind a Collector that never answers: at the second branch ` +
      `${Math.round(median(delays))} ms (median) and ${Math.round(Math.max(...delays))} ms (longest) after their tick; ` +
      `${gaps.filter((gap) => gap !== INTERVAL_MILLIS).length} gaps other than one interval`,
  );
  expect(new Set(keeper.cycles.map(({ cycle }) => cycle)).size).toBe(keeper.cycles.length);
  expect(linesOfTheLink()).toEqual([expect.stringMatching(/takes no metrics: Request timed out/)]);

  receiver.answer = accept;
  await until(
    () => linesOfTheLink().length > 1,
    () => `the line that it is over:\n${lines.join('\n')}`,
  );
  await receiver.untilTaken(MAX_WAITING + 2);
  const taken = receiver.taken.map(cycleOf);
  expect(taken).toEqual([...taken].sort());
  const collected = keeper.cycles.map(({ cycle }) => cycle).filter((cycle) => cycle <= (taken.at(-1) ?? ''));
  const lost = collected.filter((cycle) => !taken.includes(cycle));
  expect(collected.slice(0, lost.length)).toEqual(lost);
  expect(linesOfTheLink()).toHaveLength(2);
  expect(linesOfTheLink()[1]).toMatch(
    new RegExp(`takes metrics again; \\d+ cycles sent late, ${lost.length} cycles? lost$`),
  );
});

test('the newest sixty cycles are kept and the others told, where one attempt takes longer than that', async (t) => {
  const receiver = await startReceiver(t, hang);
  const { keeper, untilCollected } = await start(t, receiver, { timeoutMillis: 60_000 });
  await untilCollected(MAX_WAITING + 20);
  expect(receiver.received).toHaveLength(1);

  // The hung request ends, and the exporter repeats it by itself.
  receiver.answer = accept;
  receiver.breakConnections();
  await receiver.untilTaken(MAX_WAITING + 1);
  const taken = receiver.taken.map(cycleOf);
  expect(taken).toEqual([...taken].sort());
  const collected = keeper.cycles.map(({ cycle }) => cycle).filter((cycle) => cycle <= (taken.at(-1) ?? ''));
  // The one under way stays, the oldest of those behind it give way.
  const lost = collected.filter((cycle) => !taken.includes(cycle));
  expect(lost.length).toBeGreaterThanOrEqual(19);
  expect(collected.slice(1, 1 + lost.length)).toEqual(lost);
  expect(linesOfTheLink()).toEqual([
    expect.stringMatching(
      new RegExp(`takes metrics again; \\d+ cycles sent late, ${lost.length} cycles lost$`),
    ),
  ]);
});

test('a branch that throws is told and takes nothing from the others', async (t) => {
  const receiver = await startReceiver(t);
  const { keeper } = await start(t, receiver, {
    branches: [
      {
        accept() {
          throw new Error('no room left');
        },
        async drain() {},
      },
    ],
  });
  await receiver.untilTaken(3);
  expect(keeper.cycles.length).toBeGreaterThanOrEqual(3);
  expect(logged(/a cycle was not taken: .*no room left/).length).toBeGreaterThan(0);
});

function tickAfter(grid: Grid, time: number): number {
  return grid.next(time, time);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
