/**
 * `node build/test/support/threshold-judge.js`: the alert benchmark around the simplest of judges, which shows that the
 * benchmark works and what the rules have to be better than: twice the highest hour of the last week, for a minute.
 */
import { benchAlerts } from '../../bench/alerts/program.js';
import type { Judge, Notification } from '../../bench/alerts/score.js';

const judge: Judge = ({ hours, points }) => {
  const threshold =
    2 * Math.max(...hours.slice(-7 * 24).map(({ established }) => established?.peak ?? 0), 100);
  const notifications: Notification[] = [];
  let isFiring = false;
  for (const { time, established } of points()) {
    if (established === undefined) continue;
    if (established > threshold && !isFiring) {
      notifications.push({ time, rules: ['above-normal-peak'] });
    }
    isFiring = established > threshold;
  }
  return notifications;
};

process.exitCode = await benchAlerts(judge, import.meta.url, process.argv.slice(2));
