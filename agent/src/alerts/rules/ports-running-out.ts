import { isOver, type Value } from '../expression.js';
import { gauge } from '../facts.js';
import { MINUTE } from '../hours.js';
import { gaugeKey } from '../reading.js';
import { HOLD_SHARE, type Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import type { View } from '../view.js';
import { lookNext, percent } from '../words.js';

const KEY = gaugeKey('scout.tcp.port.utilization');
const utilization = gauge(KEY, 'host:tcp_port_utilization:max');

/** The pace is that of so many minutes. */
const PACE_MILLIS = 15 * MINUTE;

export function portsRunningOut(settings: AlertSettings): Rule[] {
  const own = settings['ports-running-out'];
  if (own === undefined) return [];
  const { warning, critical, forMillis } = own;
  const rule = (severity: 'warning' | 'critical', threshold: Value & number): Rule => ({
    name: 'ports-running-out',
    severity,
    title: `more than ${percent(threshold)} of the ephemeral ports taken`,
    forMillis,
    fires: isOver(utilization, threshold),
    holds: isOver(utilization, threshold * HOLD_SHARE),
    holdsOverGap: true,
    figure: { value: utilization, threshold, unit: '1' },
    derivation: () => `${percent(threshold)} of the ephemeral ports towards one destination`,
    explain: (view) => ({
      seen: `${percent(utilization.of(view) ?? 0)} of the ephemeral ports towards one destination are taken`,
      means: [
        ...timeLeft(view),
        'Without a free one no more connections can be opened to it (EADDRNOTAVAIL).',
      ],
      next: [
        '`scout-agent inspect --state all` names the destination; TIME_WAIT counts too',
        'Keep connections open and reuse them, or widen net.ipv4.ip_local_port_range.',
      ].concat(lookNext(view).slice(1)),
    }),
  });
  return [rule('warning', warning), rule('critical', critical)];
}

function timeLeft(view: View): string[] {
  const known = view.recent.filter(
    ({ time, gauges }) => time >= view.time - PACE_MILLIS && gauges[KEY] !== undefined,
  );
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined || last.time === first.time) return [];
  const now = last.gauges[KEY] as number;
  const pace = (now - (first.gauges[KEY] as number)) / (last.time - first.time);
  if (pace <= 0) return ['It is not growing at present.'];
  const minutes = Math.max(1, Math.round((1 - now) / pace / MINUTE));
  return [
    `At the present pace the last is taken in about ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
  ];
}
