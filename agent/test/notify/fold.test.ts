import { expect, test } from 'vitest';
import { fold } from '../../src/notify/fold.js';
import type { ToldAlert } from '../../src/notify/notification.js';
import { ALERT, NOW, notification } from './notifications.js';

const warning: ToldAlert = { ...ALERT, id: 'warning', severity: 'warning' };
const critical: ToldAlert = { ...ALERT, id: 'critical' };
const told = (alert: ToldAlert, id: string) => notification({ id, alerts: [alert] });

test('one is what it was', () => {
  const one = told(warning, 'a');
  expect(fold([one])).toBe(one);
});

test('what began twice, and graver, and ended as one is over', () => {
  const over = { ...critical, ids: ['critical', 'warning'], endedAt: NOW };
  const { kind, alerts } = fold([told(warning, 'a'), told(critical, 'b'), told(over, 'c')]);
  expect(kind).toBe('digest');
  expect(alerts).toEqual([over]);
});

test('what goes on stands before what is over, and the gravest first', () => {
  const over = { ...ALERT, id: 'over', endedAt: NOW };
  const { alerts } = fold([told(over, 'a'), told(warning, 'b'), told(critical, 'c')]);
  expect(alerts.map(({ id }) => id)).toEqual(['critical', 'warning', 'over']);
});
