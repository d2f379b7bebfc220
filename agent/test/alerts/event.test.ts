import { expect, test } from 'vitest';
import type { AlertChange } from '../../src/alerts/alert.js';
import { withChanges } from '../../src/alerts/event.js';

const explanation = { seen: '', means: [], next: [] };
const change = (rule: string, kind: 'firing' | 'resolved', time: number): AlertChange => ({
  ...{ rule, kind, time, explanation },
  severity: 'warning',
  since: time,
});

test('of many events the past ones are forgotten, and none that goes on', () => {
  const changes = [
    change('leak-slow', 'firing', 0),
    ...Array.from({ length: 300 }, (_, i) => [
      change('flaps', 'firing', 2 * i + 1),
      change('flaps', 'resolved', 2 * i + 2),
    ]).flat(),
  ];
  const events = withChanges([], changes);
  expect(events).toHaveLength(201);
  expect(events[0]?.rule).toBe('leak-slow');
  expect(events[0]?.resolvedAt).toBeUndefined();
  expect(events.at(1)).toMatchObject({ rule: 'flaps', resolvedAt: 202 });
  expect(events.at(-1)).toMatchObject({ rule: 'flaps', resolvedAt: 600 });
});
