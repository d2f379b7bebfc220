/** `cpu_percent`: shares of the time of all CPUs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpConnectionsInstrumentation } from '../../src/index.js';
import { meterProvider, OnDemandReader } from '../support/on-demand-reader.js';

const UTILIZATION = 'system.cpu.utilization';

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
});
afterEach(() => {
  rmSync(proc, { recursive: true });
  diag.disable();
});

/** Ticks as proc_stat(5) has them: user nice system idle iowait irq softirq steal guest guest_nice. */
function writeStat(...ticks: number[]): void {
  writeFileSync(join(proc, 'stat'), `cpu  ${ticks.join(' ')}\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 12345\n`);
}

test('shares between two readings, both interrupts as one, a guest counted once', async () => {
  writeStat(1_000, 0, 500, 8_000, 10, 5, 5, 0, 400, 0);
  const { provider, reader } = meterProvider();
  new TcpConnectionsInstrumentation({ proc, metrics: ['cpu_percent'] }).setMeterProvider(provider);
  expect(await reader.points()).toEqual({});

  // A moment later there is nothing to tell yet.
  writeStat(1_001, 0, 500, 8_000, 10, 5, 5, 0, 400, 0);
  expect(await reader.points()).toEqual({});

  // A cycle of one second whose timer was late before.
  await setTimeout(900);
  writeStat(1_030, 10, 520, 8_110, 20, 10, 15, 5, 425, 0);
  const shares = {
    [`${UTILIZATION}{user}`]: 30 / 200,
    [`${UTILIZATION}{nice}`]: 10 / 200,
    [`${UTILIZATION}{system}`]: 20 / 200,
    [`${UTILIZATION}{idle}`]: 110 / 200,
    [`${UTILIZATION}{iowait}`]: 10 / 200,
    [`${UTILIZATION}{interrupt}`]: 15 / 200,
    [`${UTILIZATION}{steal}`]: 5 / 200,
  };
  expect(await reader.points()).toEqual(shares);

  // Who asks a moment later sees the same, whatever the kernel has counted since.
  writeStat(9_999, 10, 520, 8_110, 20, 10, 15, 5, 425, 0);
  expect(await reader.points()).toEqual(shares);
});

test('two readers see equal values, and the modes of this host add up to 1', async () => {
  const readers = [new OnDemandReader(), new OnDemandReader()];
  const provider = new MeterProvider({ readers });
  new TcpConnectionsInstrumentation({ metrics: ['cpu_percent'] }).setMeterProvider(provider);
  const collect = () => Promise.all(readers.map((reader) => reader.points()));
  await collect();
  await setTimeout(1_050);
  const [first, second] = await collect();
  expect(first).toEqual(second);
  const shares = Object.values(first ?? {});
  expect(shares).toHaveLength(7);
  expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
});

test('what is no /proc/stat: no point, told once, and told again when it is one', async () => {
  const messages: string[] = [];
  const write = (...words: unknown[]) => void messages.push(String(words[1]));
  const logger = { error: write, warn: write, info: write, debug() {}, verbose() {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  const { provider, reader } = meterProvider();
  new TcpConnectionsInstrumentation({ proc, metrics: ['cpu_percent'] }).setMeterProvider(provider);
  for (let i = 0; i < 3; i++) expect(await reader.points()).toEqual({});
  writeFileSync(join(proc, 'stat'), 'intr 12345\n');
  expect(await reader.points()).toEqual({});
  writeStat(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  await reader.points();
  expect(messages).toEqual([
    expect.stringMatching(/^no CPU utilisation: .*stat/),
    'CPU utilisation can be read again',
  ]);
});
