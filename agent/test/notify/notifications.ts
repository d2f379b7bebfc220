/** Notifications for tests, as an incident would bring them. */
import type { Notification, ToldAlert } from '../../src/notify/notification.js';

export const NOW = Date.parse('2026-11-23T03:07:10Z');

export const ALERT: ToldAlert = {
  id: 'above-normal-peak-critical-2026-11-23T03:07:00.000Z',
  rule: 'above-normal-peak',
  severity: 'critical',
  since: Date.parse('2026-11-23T03:02:00Z'),
  firedAt: Date.parse('2026-11-23T03:07:00Z'),
  seen: '4,210 connections, 2.3 times the normal peak of 1,830 (7 days)',
  means: ['Received bytes are normal: probably idle.'],
  next: [
    '`scout-agent inspect --at 2026-11-23T03:07`',
    '`journalctl --since "2026-11-23 02:57 UTC"`',
    'Look for a leak.',
  ],
  value: { value: 4210, threshold: 3660, unit: '{connection}' },
  runbook: 'https://example.net/docs/alerts/above-normal-peak.md',
  who: '93 % from 203.0.113.0/24 to :443, nginx[812]',
};

/** An hour of readings that rise at its end. */
export const GRAPH = Array.from({ length: 60 }, (_, index): [number, number] => [
  NOW - (59 - index) * 60_000,
  1500 + Math.round(120 * Math.sin(index / 4)) + (index < 50 ? 0 : (index - 49) * 260),
]);

export function notification(given: Partial<Notification> = {}): Notification {
  return {
    id: '0d9c0e6c-7c5a-4c58-b0a3-8d52dc37c0f1',
    kind: 'firing',
    severity: 'critical',
    time: NOW,
    alerts: [ALERT],
    graph: GRAPH,
    ...given,
  };
}
