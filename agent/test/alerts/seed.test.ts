import { expect, test } from 'vitest';
import { type State, step } from '../../src/alerts/engine.js';
import { withValue } from '../../src/alerts/hours.js';
import { NOTHING_KEPT } from '../../src/alerts/kept.js';
import { gaugeKey, type Reading } from '../../src/alerts/reading.js';
import { seeded } from '../../src/alerts/seed.js';
import type { Buckets } from '../../src/history/query.js';
import { DAY, HOUR, MINUTE } from './judged-host.js';

const STARTED = Date.UTC(2026, 0, 20, 10, 20);

/** Eight days by the hour, and of the hour that is not over what there is. */
function kept(value: number): Buckets {
  const to = STARTED;
  const from = Math.floor((to - 8 * DAY) / HOUR) * HOUR;
  const begins = Array.from({ length: Math.ceil((to - from) / HOUR) }, (_, i) => from + i * HOUR);
  return {
    from,
    to,
    widthMillis: HOUR,
    collected: [{ from, to }],
    series: [
      {
        name: 'system.network.connection.count',
        unit: '{connection}',
        attributes: { 'network.connection.state': 'established' },
        buckets: begins.map((begin) => [begin, value - 10, value, value + 10]),
      },
    ],
  };
}

function reading(time: number, established: number): Reading {
  return {
    time,
    scans: { ipv4: true },
    gauges: { [gaugeKey('system.network.connection.count', 'established')]: established },
    counters: { received: {}, transmitted: {}, acceptQueueFull: {}, synCookies: {} },
  };
}

function goneOn(state: State, millis: number, established: number): State {
  let after = state;
  for (let time = STARTED + MINUTE; time <= STARTED + millis; time += MINUTE)
    after = step(after, [], time, reading(time, established), MINUTE).state;
  return after;
}

test('what is normal is still known when the hour of the start is over, and each hour after it', () => {
  const state = seeded({ ...NOTHING_KEPT, time: STARTED }, kept(500), undefined, MINUTE);
  expect(state.baseline.normalPeak.connections.value).toBe(510);
  for (const hours of [1, 2, 5])
    expect(goneOn(state, hours * HOUR, 500).baseline.normalPeak.connections.value).toBe(510);
});

test('the hour of the start is one hour, of what came before the start and after it', () => {
  const state = seeded({ ...NOTHING_KEPT, time: STARTED }, kept(500), undefined, MINUTE);
  const { complete } = goneOn(state, HOUR, 530).hours.connections;
  const [hour] = complete.filter(({ end }) => end === Date.UTC(2026, 0, 20, 11));
  // 20 readings of 500 at the mean, and 40 of 530.
  expect(hour).toMatchObject({ minimum: 490, mean: 520, peak: 530 });
  expect(new Set(complete.map(({ end }) => end)).size).toBe(complete.length);
});

test('a reading at the very end of an hour that is known already belongs to it', () => {
  const end = Date.UTC(2026, 0, 20, 11);
  const before = { complete: [{ end, minimum: 10, mean: 20, peak: 30 }], open: undefined };
  expect(withValue(before, end, 40).complete).toEqual([{ end, minimum: 10, mean: 20, peak: 40 }]);
});
