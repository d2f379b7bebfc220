/** The reader and the exporter of the agent under the real SDK. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type DiagLogger, DiagLogLevel, diag, type Meter } from '@opentelemetry/api';
import { AggregationTemporality, MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ExportBranch } from '../../src/export/branch.js';
import { FanOutExporter } from '../../src/export/fan-out-exporter.js';
import { Grid } from '../../src/export/grid.js';
import { GridReader } from '../../src/export/grid-reader.js';
import { until } from '../support/until.js';

const INTERVAL_MILLIS = 50;

let lines: string[];
beforeEach(() => {
  lines = [];
  const keep = (...words: unknown[]) => lines.push(words.map(String).join(' '));
  const logger: DiagLogger = { error: keep, warn: keep, info: keep, debug: keep, verbose: keep };
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true });
});
afterEach(() => diag.disable());

interface Recorded {
  /** Each metric's values, by name. */
  readonly values: Record<string, unknown[]>;
  readonly temporalities: Record<string, AggregationTemporality>;
}

class Recorder implements ExportBranch {
  readonly cycles: Recorded[] = [];
  readonly drained: number[] = [];

  accept({ scopeMetrics }: ResourceMetrics): void {
    const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
    this.cycles.push({
      values: Object.fromEntries(
        metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ value }) => value)]),
      ),
      temporalities: Object.fromEntries(
        metrics.map(({ descriptor, aggregationTemporality }) => [descriptor.name, aggregationTemporality]),
      ),
    });
  }

  async drain(timeoutMillis: number): Promise<void> {
    this.drained.push(timeoutMillis);
  }
}

function start(intervalMillis: number, instruments: (meter: Meter) => void) {
  const recorder = new Recorder();
  const reader = new GridReader(new FanOutExporter([recorder]), new Grid(intervalMillis, 'host'));
  const provider = new MeterProvider({ readers: [reader] });
  instruments(provider.getMeter('test'));
  reader.start();
  let running = true;
  const stop = async () => {
    if (running) await provider.shutdown();
    running = false;
  };
  onTestFinished(stop);
  const untilCycle = async (count: number): Promise<Recorded> => {
    await until(
      () => recorder.cycles.length >= count,
      () => `${count} cycles; there were ${recorder.cycles.length}`,
    );
    return recorder.cycles[count - 1] as Recorded;
  };
  return { recorder, stop, untilCycle };
}

test('a gauge that is not observed is absent from that cycle, and counters go on from the start', async () => {
  let cycle = 0;
  const { untilCycle } = start(INTERVAL_MILLIS, (meter) => {
    const added = meter.createCounter('added');
    const set = meter.createGauge('set');
    const measured = meter.createHistogram('measured');
    added.add(1);
    set.record(4);
    measured.record(2);
    meter.createObservableGauge('clock').addCallback((result) => {
      cycle += 1;
      result.observe(cycle);
    });
    meter.createObservableGauge('seen once').addCallback((result) => {
      if (cycle === 1) result.observe(7);
    });
    meter.createObservableCounter('total').addCallback((result) => result.observe(100 * cycle));
    meter.createObservableUpDownCounter('level').addCallback((result) => result.observe(10 * cycle));
  });

  const first = await untilCycle(1);
  const third = await untilCycle(3);
  expect(first.values).toMatchObject({
    clock: [1],
    'seen once': [7],
    set: [4],
    added: [1],
    total: [100],
    level: [10],
  });
  expect(third.values).toMatchObject({ clock: [3], added: [1], total: [300], level: [30] });
  expect(third.values.measured).toEqual(first.values.measured);
  expect(third.values).not.toHaveProperty('seen once');
  expect(third.values).not.toHaveProperty('set');

  const { CUMULATIVE, DELTA } = AggregationTemporality;
  expect(first.temporalities).toEqual({
    clock: DELTA,
    'seen once': DELTA,
    set: DELTA,
    added: CUMULATIVE,
    measured: CUMULATIVE,
    total: CUMULATIVE,
    level: CUMULATIVE,
  });
});

test('a cycle that yields nothing reaches no branch', async () => {
  let cycle = 0;
  const { recorder, untilCycle } = start(INTERVAL_MILLIS, (meter) => {
    meter.createObservableGauge('sometimes').addCallback((result) => {
      cycle += 1;
      if (cycle % 2 === 1) result.observe(cycle);
    });
  });
  await untilCycle(3);
  expect(recorder.cycles.slice(0, 3).map(({ values }) => values.sometimes)).toEqual([[1], [3], [5]]);
});

test('a callback that throws is told, and the other metrics of that cycle arrive', async () => {
  const { untilCycle } = start(60_000, (meter) => {
    meter.createObservableGauge('broken').addCallback(() => {
      throw new Error('no such thing');
    });
    meter.createObservableGauge('whole').addCallback((result) => result.observe(1));
  });
  expect((await untilCycle(1)).values).toEqual({ whole: [1] });
  expect(lines.filter((line) => /gave no points in this cycle: .*no such thing/.test(line))).toHaveLength(1);
});

test('a tick that comes while the collection before it still reads is left out and told', async () => {
  let reading = 0;
  let mostAtOnce = 0;
  let release: () => void = () => {};
  const { untilCycle } = start(INTERVAL_MILLIS, (meter) => {
    meter.createObservableGauge('slow').addCallback(async (result) => {
      reading += 1;
      mostAtOnce = Math.max(mostAtOnce, reading);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      reading -= 1;
      result.observe(1);
    });
  });
  await until(
    () => lines.some((line) => line.includes('a cycle is skipped')),
    () => 'a skipped cycle',
  );
  release();
  await untilCycle(1);
  await until(
    () => reading === 1,
    () => 'the next collection',
  );
  release();
  await untilCycle(2);
  expect(mostAtOnce).toBe(1);
  // So that the stop's own collection ends.
  const releasing = setInterval(() => release(), 10);
  onTestFinished(() => clearInterval(releasing));
});

test('cycles that are skipped are told when that begins and, with their number, when it has ended', async () => {
  const told = (text: string) => lines.filter((line) => line.includes(text));
  const ticks = vi.spyOn(Grid.prototype, 'next');
  onTestFinished(() => ticks.mockRestore());
  const untilTicks = (more: number) => {
    const wanted = ticks.mock.calls.length + more;
    return until(
      () => ticks.mock.calls.length >= wanted,
      () => `${wanted} ticks`,
    );
  };
  let slow = true;
  const { stop } = start(INTERVAL_MILLIS, (meter) => {
    meter.createObservableGauge('slow').addCallback(async (result) => {
      // Meanwhile comes the next one, which is skipped: each second one at the least.
      if (slow) await untilTicks(1);
      result.observe(1);
    });
  });

  await untilTicks(8);
  expect(told('a cycle is skipped')).toHaveLength(1);
  expect(told('skipped until now')).toEqual([]);
  slow = false;
  await until(
    () => told('skipped until now').length > 0,
    () => 'the end of the spell',
  );
  const [end = ''] = told('skipped until now');
  expect(end).toMatch(/every cycle is collected again; cycles skipped until now: \d+$/);
  expect(Number(/\d+$/.exec(end))).toBeGreaterThanOrEqual(4);

  const before = told('a cycle is skipped').length;
  slow = true;
  await until(
    () => told('a cycle is skipped').length > before,
    () => 'another spell',
  );
  slow = false;
  await stop();
  expect(told('stopping; cycles skipped until now: ')).toHaveLength(1);
});

test('the end collects once more and drains, and nothing comes after it', async () => {
  let cycle = 0;
  const { recorder, stop, untilCycle } = start(INTERVAL_MILLIS, (meter) => {
    meter.createObservableGauge('clock').addCallback((result) => {
      cycle += 1;
      result.observe(cycle);
    });
  });
  await untilCycle(1);
  const before = recorder.cycles.length;
  await stop();
  expect(recorder.cycles.length).toBeGreaterThan(before);
  expect(recorder.drained).toHaveLength(1);
  const after = recorder.cycles.length;
  await sleep(5 * INTERVAL_MILLIS);
  expect(recorder.cycles).toHaveLength(after);
  expect(cycle).toBe(after);
});
