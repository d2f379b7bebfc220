import { type ExpectStatic, inject } from 'vitest';
import { HOUR } from '../../agent/src/alerts/hours.js';
import { MINUTE, SECOND } from '../support/calendar.js';
import type { Case, Configuration } from './case.js';
import { judge } from './embedded.js';
import { firingInPrometheus, type Schedule } from './prometheus.js';
import type { Scenario } from './scenarios.js';
import { cycleByCycle, EACH_CYCLE, OVER_WEEKS, overWeeks } from './simulated.js';

/** A Monday. */
const BEGIN = Date.UTC(2026, 2, 2);

/** So many are hosts of one Prometheus. */
const AT_ONCE = 6;

/**
 * Of the baseline every second minute, at a moment within it that no group of a real Prometheus chooses. Over weeks it is
 * evaluated at the only moments whose results are read.
 */
const schedule = (isEachCycle: boolean, phase: number): Schedule => [
  { name: 'scout-alerts', interval: isEachCycle ? 10 * SECOND : 4 * MINUTE, phase: 0 },
  {
    name: 'scout-baseline',
    interval: isEachCycle ? 2 * MINUTE : 30 * MINUTE,
    phase: isEachCycle ? phase : 0,
  },
  { name: 'scout-fleet', interval: HOUR, phase: 0 },
];

export interface Batch {
  readonly name: string;
  /** @param expect the test's own: batches run side by side */
  readonly compare: (expect: ExpectStatic) => Promise<void>;
}

/** The scenarios, some together, each to be judged by both engines. */
export function batches(scenarios: readonly Scenario[]): Batch[] {
  const eachCycle = scenarios.filter((scenario) => scenario.kind === 'ten-seconds over 25 h');
  const hourly = scenarios.filter((scenario) => scenario.kind === 'hourly over weeks');
  return [
    ...chunks(eachCycle).map((chunk, i) => {
      // Another hour of the day for each, and another moment of the two minutes.
      const from = BEGIN + ((i * 7 + 3) % 24) * HOUR;
      return batch(
        chunk.map(({ name }) => name),
        () => chunk.map((scenario) => cycleByCycle(scenario, from)),
        EACH_CYCLE,
        schedule(true, ((i * 37 + 13) * SECOND) % (2 * MINUTE)),
      );
    }),
    ...chunks(hourly).map((chunk) =>
      batch(
        chunk.map(({ name }) => name),
        () => chunk.map((scenario) => overWeeks(scenario, BEGIN)),
        OVER_WEEKS,
        schedule(false, 0),
      ),
    ),
  ];
}

function chunks<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) =>
    all.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );
}

function batch(
  names: readonly string[],
  cases: () => readonly Case[],
  configuration: Configuration,
  times: Schedule,
): Batch {
  return {
    name: names.join('; '),
    compare: async (expect) => {
      const all = cases();
      const theirs = await firingInPrometheus(all, configuration, times, inject('engines')['rule-replay']);
      for (const one of all) {
        const { firing } = judge(one, configuration);
        expect
          .soft(spansOf(theirs.get(one.name) ?? new Map(), configuration), `Prometheus on ${one.name}`)
          .toEqual(spansOf(firing, configuration));
      }
    },
  };
}

/** From the first to the last evaluation of each time that an alert fires, without those that never do. */
function spansOf(
  firing: ReadonlyMap<string, readonly number[]>,
  { intervalMillis }: Configuration,
): Record<string, string[]> {
  const spans = [...firing]
    .filter(([, times]) => times.length > 0)
    .map(([alert, times]): [string, string[]] => {
      const starts = times.filter((time, i) => time - (times[i - 1] ?? 0) !== intervalMillis);
      const ends = times.filter((time, i) => (times[i + 1] ?? 0) - time !== intervalMillis);
      return [alert, starts.map((start, i) => `${iso(start)} to ${iso(ends[i] as number)}`)];
    });
  return Object.fromEntries(spans);
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
