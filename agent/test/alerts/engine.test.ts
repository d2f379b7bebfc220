import { expect, test } from 'vitest';
import { baselineAt } from '../../src/alerts/baseline.js';
import {
  BEGIN,
  DAY,
  HOUR,
  JudgedHost,
  MINUTE,
  type Moment,
  ordinary,
  ordinaryMoment,
} from './judged-host.js';

/** After a week of ordinary days, at noon, when the normal peak is about 1,000. */
function atNoon(settings?: ConstructorParameters<typeof JudgedHost>[0]): JudgedHost {
  const host = new JudgedHost(settings);
  expect(host.live(7 * DAY + 12 * HOUR, ordinaryMoment)).toEqual([]);
  expect(host.state.baseline.normalPeak.connections).toMatchObject({ value: 1000, days: 7 });
  return host;
}

const times = (factor: number) => (time: number) => ({ connections: Math.round(ordinary(time) * factor) });

test('over 150 % of the normal peak for five minutes is a warning, and under nine tenths of it the end', () => {
  const host = atNoon();
  expect(host.live(5 * MINUTE, times(1.6))).toEqual([]);
  expect(host.live(MINUTE, times(1.6))).toEqual(['firing above-normal-peak warning']);
  // 140 % is under the threshold and over its lower border.
  expect(host.live(HOUR, times(1.4))).toEqual([]);
  expect(host.live(MINUTE, times(1.3))).toEqual(['resolved above-normal-peak warning']);
});

test('what is over the threshold for less than five minutes is not told', () => {
  const host = atNoon();
  for (let i = 0; i < 5; i++) {
    expect(host.live(4 * MINUTE, times(1.7))).toEqual([]);
    expect(host.live(MINUTE, times(1))).toEqual([]);
  }
});

test('over 200 % both severities fire, each by itself', () => {
  const host = atNoon({ 'rising-fast': undefined, 'idle-connections': undefined });
  expect(host.live(10 * MINUTE, times(2.5))).toEqual([
    'firing above-normal-peak warning',
    'firing above-normal-peak critical',
  ]);
  expect(host.live(MINUTE, times(1.7))).toEqual(['resolved above-normal-peak critical']);
  expect(host.firing()).toEqual(['above-normal-peak warning']);
});

test('a floor keeps a quiet host quiet', () => {
  const quiet = (factor: number) => (time: number) => ({
    connections: Math.round((ordinary(time) * factor) / 25),
  });
  const host = new JudgedHost();
  host.live(7 * DAY + 12 * HOUR, quiet(1));
  expect(host.live(HOUR, quiet(2.4))).toEqual([]);
  expect(host.live(10 * MINUTE, quiet(3))).not.toEqual([]);
});

test('nothing is called normal before three complete days, but a fixed threshold counts until then', () => {
  const fixed = { warning: 1.5, critical: 2, fixed: 3000, forMillis: 5 * MINUTE };
  const host = new JudgedHost({ 'above-normal-peak': fixed, 'rising-fast': undefined });
  expect(host.live(DAY, ordinaryMoment)).toEqual([]);
  expect(host.live(10 * MINUTE, () => ({ connections: 3100 }))).toEqual(['firing above-normal-peak warning']);
  host.live(HOUR, ordinaryMoment);
  host.live(4 * DAY, ordinaryMoment);
  expect(host.state.baseline.normalPeak.connections.value).toBe(1000);
  // 1,600 is far under 3,000.
  expect(host.live(10 * MINUTE, () => ({ connections: 1600 }))).toContain('firing above-normal-peak warning');
});

test('one past incident does not raise the normal peak', () => {
  const host = new JudgedHost();
  host.live(5 * DAY, ordinaryMoment);
  host.live(2 * HOUR, () => ({ connections: 9000 }));
  host.live(2 * DAY, ordinaryMoment);
  expect(host.state.baseline.normalPeak.connections.value).toBe(1000);
});

test("a Sunday's batch fires nothing once it has come on two Sundays", () => {
  // The first day is a Monday.
  const batch = (time: number): Moment => {
    const isSunday = Math.floor((time - BEGIN) / DAY) % 7 === 6;
    const hour = (time % DAY) / HOUR;
    const busy = isSunday && hour > 2 && hour < 5;
    return { connections: busy ? 2200 : ordinary(time), received: busy ? 3e6 : 1e6 };
  };
  const host = new JudgedHost();
  expect(host.live(7 * DAY, batch)).not.toEqual([]);
  host.live(7 * DAY, batch);
  expect(host.live(14 * DAY, batch)).toEqual([]);
});

test('a rise within minutes fires, a morning does not', () => {
  const host = atNoon();
  const changes = host.live(3 * MINUTE, times(2.2));
  expect(changes).toContain('firing rising-fast warning');
  const morning = new JudgedHost({ mode: 'rate_of_change' });
  // From 300 to 1,000 within three hours, each day.
  const steep = (time: number) => {
    const hour = (time % DAY) / HOUR;
    return { connections: hour < 7 ? 300 : hour < 10 ? 300 + ((hour - 7) / 3) * 700 : 1000 };
  };
  expect(morning.live(3 * DAY, steep)).toEqual([]);
});

test('connections that stay, more every hour, are a leak', () => {
  const host = atNoon();
  const begin = host.time;
  const leak = (time: number) => ({ connections: ordinary(time) + ((time - begin) / HOUR) * 100 });
  expect(host.live(8 * HOUR, leak)).toContain('firing leak-fast warning');
});

test('growth of two per cent of the peak a day is a slow leak, growth of one per cent of itself is none', () => {
  const leak = (time: number) => ({
    connections: ordinary(time) + Math.max(0, (time - BEGIN) / DAY - 21) * 20,
  });
  const host = new JudgedHost();
  host.live(21 * DAY, leak);
  expect(host.live(8 * DAY, leak)).toEqual(['firing leak-slow warning']);
  const growing = new JudgedHost();
  const grown = (time: number) => ({ connections: ordinary(time) * 1.01 ** ((time - BEGIN) / DAY) });
  expect(growing.live(35 * DAY, grown)).toEqual([]);
});

test('CLOSE_WAIT that stays for a quarter of an hour is told, less is not', () => {
  const host = new JudgedHost();
  expect(host.live(HOUR, () => ({ closeWait: 150 }))).toEqual([]);
  expect(host.live(15 * MINUTE, () => ({ closeWait: 250 }))).toEqual([]);
  expect(host.live(MINUTE, () => ({ closeWait: 250 }))).toEqual(['firing half-closed warning']);
  expect(host.live(MINUTE, () => ({ closeWait: 50 }))).toEqual(['resolved half-closed warning']);
});

test('ephemeral ports that run out are told with the time that is left', () => {
  const host = new JudgedHost();
  const filling = (time: number) => ({ utilization: 0.01 * ((time - BEGIN) / MINUTE) });
  host.live(82 * MINUTE, filling);
  expect(host.changes.map(({ severity }) => severity)).toEqual(['warning']);
  expect(host.changes[0]?.explanation.means[0]).toBe(
    'At the present pace the last is taken in about 18 minutes.',
  );
});

test('connections and received bytes both far over their peaks are a flood, at once', () => {
  const host = atNoon();
  const flood = (time: number) => ({ connections: ordinary(time) * 4, received: 5e6 });
  expect(host.live(3 * MINUTE, flood)).toContain('firing flood critical');
});

test('SYN cookies are a flood that never becomes established', () => {
  const host = new JudgedHost();
  host.live(HOUR, () => ({}));
  expect(host.live(3 * MINUTE, () => ({ cookies: 500 }))).toEqual(['firing flood critical']);
});

test('many connections with less throughput than usual are idle', () => {
  const host = atNoon({ 'rising-fast': undefined });
  const idle = (time: number) => ({ connections: ordinary(time) * 1.7, received: 5e5, transmitted: 5e5 });
  expect(host.live(15 * MINUTE, idle)).toContain('firing idle-connections warning');
});

test('much sent with normal connections is told as information after half an hour', () => {
  const host = atNoon();
  const heavy = (time: number) => ({ connections: ordinary(time), transmitted: 4e6 });
  expect(host.live(30 * MINUTE, heavy)).toEqual([]);
  expect(host.live(5 * MINUTE, heavy)).toEqual(['firing heavy-transfer info']);
});

test('three cycles without a successful scan are blind, and nothing else begins meanwhile', () => {
  const host = atNoon();
  const failing = () => ({ connections: 5000, scanned: false });
  expect(host.live(2 * MINUTE, failing)).toEqual([]);
  expect(host.live(20 * MINUTE, failing)).toEqual(['firing blind critical']);
  expect(host.live(MINUTE, ordinaryMoment)).toEqual(['resolved blind critical']);
});

test('silence is blind as well', () => {
  const host = atNoon();
  expect(host.live(5 * MINUTE, () => undefined)).toEqual(['firing blind critical']);
});

test('a gap of less than five minutes holds the last value', () => {
  const host = atNoon({ blind: undefined });
  host.live(3 * MINUTE, times(1.6));
  expect(host.live(3 * MINUTE, () => undefined)).toEqual(['firing above-normal-peak warning']);
});

test('what fires goes on for an hour without data, and no longer', () => {
  const host = atNoon({ blind: undefined, 'rising-fast': undefined });
  host.live(10 * MINUTE, times(1.6));
  expect(host.firing()).toEqual(['above-normal-peak warning']);
  // The last value holds for five minutes of it.
  expect(host.live(HOUR + 3 * MINUTE, () => undefined)).toEqual([]);
  expect(host.live(3 * MINUTE, () => undefined)).toEqual(['resolved above-normal-peak warning']);
});

test('what is pending when the data end does not begin to fire', () => {
  const host = atNoon({ blind: undefined });
  host.live(MINUTE, times(1.6));
  expect(host.live(4 * MINUTE + HOUR, () => undefined)).toEqual([]);
});

test('a clock that goes back fires and resolves nothing, by little or by much', () => {
  const host = atNoon({ 'rising-fast': undefined });
  host.live(10 * MINUTE, times(1.6));
  const firing = host.firing();
  for (const back of [MINUTE, 3 * HOUR, 3 * DAY]) {
    const before = host.changes.length;
    host.time -= back;
    host.live(2 * MINUTE, (time) => ({ connections: Math.max(1600, ordinary(time) * 1.6) }));
    expect(host.changes.slice(before)).toEqual([]);
    expect(host.firing()).toEqual(firing);
  }
  expect(host.live(10 * MINUTE, ordinaryMoment)).toContain('resolved above-normal-peak warning');
});

test('a state that went through JSON goes on as it was', () => {
  const host = atNoon({ 'rising-fast': undefined });
  host.live(10 * MINUTE, times(1.6));
  host.state = JSON.parse(JSON.stringify(host.state));
  expect(host.live(10 * MINUTE, times(1.6))).toEqual([]);
  expect(host.live(MINUTE, times(1))).toEqual(['resolved above-normal-peak warning']);
});

test('a day with fewer than twenty hours is not complete', () => {
  const hours = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ end: BEGIN + (i + 1) * HOUR, minimum: 1, mean: 2, peak: 3 }));
  const days = (count: number) =>
    baselineAt(BEGIN + DAY + 3 * HOUR, {
      connections: hours(count),
      received: [],
      transmitted: [],
      throughput: [],
    }).normalPeak.connections.days;
  expect([19, 20, 24].map(days)).toEqual([0, 1, 1]);
});
