/** What goes wrong on a simulated server is as large as its description says. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../support/calendar.js';
import type { Point } from '../support/simulation/points.js';
import { during, established, MONDAY, mean, pointsOf, steady } from './server.js';

const FLAT = steady({ night: 1 });
const at = (hour: number) => MONDAY + hour * HOUR;
const level = (points: readonly Point[], hour: number, hours = 0.5) =>
  mean(during(points, hour, hours).map(established));

test('a leak rises evenly, idle, and is gone with a restart', () => {
  const incidents = [{ kind: 'leak', from: at(2), to: at(12), perHour: 1_000 } as const];
  const points = pointsOf(FLAT, 15, { incidents });
  const rise = pointsOf(FLAT, 15).map((point, i) => established(points[i] as Point) - established(point));
  for (let minute = 0; minute < 12 * 60; minute++) {
    expect(rise[minute]).toBeCloseTo(Math.max(0, (minute / 60 - 2) * 1_000), -0.5);
  }
  expect(level(points, 11.5)).toBeGreaterThan(19_000);
  expect(points.find(({ time }) => time === at(12))?.established).toBe(0);
  expect(level(points, 13) / 10_000).toBeCloseTo(1, 1);
  const received = (hour: number) => mean(during(points, hour).map((point) => point.receivedPerSecond));
  expect(received(11) / received(1)).toBeCloseTo(1, 0.5);
});

test('a flood brings connections and bytes after its ramp, an idle one no bytes', () => {
  const flood = (receivedPerSecond: number) =>
    ({
      kind: 'flood',
      from: at(2),
      to: at(3),
      connections: 40_000,
      receivedPerSecond,
      rampMillis: MINUTE,
    }) as const;
  for (const bytes of [5e7, 0]) {
    const points = pointsOf(FLAT, 4, { incidents: [flood(bytes)], stepMillis: 10 * SECOND });
    expect(level(points, 2 + 2 / 60) / 50_000).toBeCloseTo(1, 1);
    expect(points.find(({ time }) => time === at(2) + 30 * SECOND)?.established).toBeGreaterThan(29_000);
    expect(level(points, 3)).toBeLessThan(10_500);
    const received = (hour: number) => mean(during(points, hour).map((point) => point.receivedPerSecond));
    expect((received(2) - received(1)) / 1e7).toBeCloseTo(bytes / 1e7, 0);
  }
});

test('a SYN flood shows in its counters alone', () => {
  const incidents = [
    { kind: 'syn-flood', from: at(1), to: at(2), cookiesPerSecond: 500, overflowsPerSecond: 100 } as const,
  ];
  const points = pointsOf(FLAT, 3, { incidents });
  const grown = (name: 'synCookies' | 'listenOverflows', hour: number) => {
    const [first, last] = [during(points, hour)[0], during(points, hour).at(-1)];
    return ((last?.[name] ?? 0) - (first?.[name] ?? 0)) / (59 * 60);
  };
  expect(grown('synCookies', 1) / 500).toBeCloseTo(1, 1);
  expect(grown('listenOverflows', 1) / 100).toBeCloseTo(1, 1);
  expect(grown('synCookies', 0)).toBe(0);
  expect(grown('synCookies', 2)).toBe(0);
  expect(level(points, 1) / 10_000).toBeCloseTo(1, 1);
});

test('a transfer is sent over the connections that are there', () => {
  const incidents = [{ kind: 'transfer', from: at(1), to: at(2), transmittedPerSecond: 1e8 } as const];
  const points = pointsOf(FLAT, 3, { incidents });
  const sent = (hour: number) => mean(during(points, hour).map((point) => point.transmittedPerSecond));
  expect((sent(1) - sent(0)) / 1e8).toBeCloseTo(1, 1);
  expect(level(points, 1) / 10_000).toBeCloseTo(1, 1);
});

test('half-closed connections add up, and ports run out', () => {
  const incidents = [
    { kind: 'half-closed', from: at(1), to: at(3), perHour: 2_000 } as const,
    { kind: 'ports', from: at(1), to: at(3), utilization: 1 } as const,
  ];
  const points = pointsOf(FLAT, 5, { incidents });
  const before = points.find(({ time }) => time === at(1));
  const last = points.findLast(({ time }) => time < at(3));
  expect((last?.closeWait ?? 0) - (before?.closeWait ?? 0)).toBeGreaterThan(3_800);
  expect(last?.portUtilization).toBe(1);
  expect(before?.portUtilization).toBeCloseTo(0.2, 1);
  expect(during(points, 4)[0]?.closeWait).toBeLessThan(100);
  expect(during(points, 4)[0]?.portUtilization).toBeCloseTo(0.2, 1);
});

test('a surge takes its traffic with it', () => {
  const incidents = [{ kind: 'surge', from: at(1), to: at(3), factor: 3, rampMillis: 10 * MINUTE } as const];
  const points = pointsOf(FLAT, 4, { incidents });
  expect(level(points, 1.5) / 30_000).toBeCloseTo(1, 1);
  const received = (hour: number) => mean(during(points, hour, 0.5).map((point) => point.receivedPerSecond));
  expect(received(1.5) / received(0.5)).toBeCloseTo(3, 0);
});

test('after a restart the clients come back within minutes, after a reboot the counters are new', () => {
  for (const kind of ['restart', 'reboot'] as const) {
    const incidents = [{ kind, from: at(1), to: at(1) + 2 * MINUTE, returnMillis: MINUTE, rush: 0 }];
    const points = pointsOf(FLAT, 2, { incidents, stepMillis: 10 * SECOND });
    const away = points.filter(({ time }) => time >= at(1) && time < at(1) + 2 * MINUTE);
    expect(away.map(established)).toEqual(kind === 'restart' ? new Array(12).fill(0) : []);
    expect(level(points, 1 + 10 / 60) / 10_000).toBeCloseTo(1, 1);
    const [before, after] = [points.findLast(({ time }) => time < at(1)), points.at(-1)] as [Point, Point];
    expect(after.receivedBytes > before.receivedBytes).toBe(kind === 'restart');
  }
});

test('a gap has no points but its bytes, a failed scan everything but the counts', () => {
  const incidents = [
    { kind: 'gap', from: at(1), to: at(1.5) } as const,
    { kind: 'failed-scan', from: at(1.5), to: at(1.75) } as const,
  ];
  const points = pointsOf(FLAT, 2, { incidents });
  const whole = pointsOf(FLAT, 2);
  expect(points).toHaveLength(90);
  expect(points.at(-1)?.receivedBytes).toBe(whole.at(-1)?.receivedBytes);
  const unseen = points.filter((point) => point.established === undefined);
  expect(unseen.map(({ time }) => time)).toEqual(
    Array.from({ length: 15 }, (_, minute) => at(1.5) + minute * MINUTE),
  );
  expect(
    unseen.every(
      ({ closeWait, portUtilization }) => closeWait === undefined && portUtilization === undefined,
    ),
  ).toBe(true);
});
