import { LEAST_DAYS } from '../baseline.js';
import { all, any, type Condition, isAtLeast, isOver, times } from '../expression.js';
import { connections, normalPeak } from '../facts.js';
import { ESTABLISHED, HOLD_SHARE, type Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import type { View } from '../view.js';
import { count, lookNext, percent, ratio } from '../words.js';
import { whatThroughputSays } from './transfer.js';

export function aboveNormalPeak({ mode, floor, ...settings }: AlertSettings): Rule[] {
  const own = settings['above-normal-peak'];
  if (own === undefined || mode === 'rate_of_change') return [];
  const { warning, critical, fixed, forMillis } = own;
  const over = (share: number, least: number, until: number | undefined): Condition =>
    any(
      all(isOver(connections, times(normalPeak, share)), isAtLeast(connections, least)),
      ...(until === undefined ? [] : [{ met: isOver(connections, until), without: normalPeak }]),
    );
  const rule = (severity: 'warning' | 'critical', share: number, until: number | undefined): Rule => ({
    name: 'above-normal-peak',
    severity,
    title: `more than ${percent(share)} of the normal peak`,
    forMillis,
    fires: over(share, floor, until),
    holds: over(share * HOLD_SHARE, floor * HOLD_SHARE, until && until * HOLD_SHARE),
    holdsOverGap: true,
    figure: {
      value: connections,
      threshold: times(normalPeak, share),
      unit: '{connection}',
      series: ESTABLISHED,
    },
    derivation: (view) => derivation(view, share, until),
    explain: (view) => ({
      seen: seen(view),
      means: whatThroughputSays(view),
      next: [
        ...lookNext(view),
        'Connections that stay: a leak or a pool without a limit. Clients that come too fast: a limit on their rate.',
      ],
    }),
  });
  return [rule('warning', warning, fixed), rule('critical', critical, undefined)];
}

function seen(view: View): string {
  const now = connections.of(view) ?? 0;
  const normal = normalPeak.of(view);
  if (normal === undefined) return `${count(now)} connections, before a normal peak is known`;
  return `${count(now)} connections, ${ratio(now, normal)} the normal peak of ${count(normal)} (${basis(view)})`;
}

function derivation(view: View, share: number, fixed: number | undefined): string {
  const { value, days } = view.baseline.normalPeak.connections;
  if (value !== undefined) return `${percent(share)} of the normal peak of ${count(value)} (${basis(view)})`;
  const until = fixed === undefined ? '' : `; until then ${count(fixed)}, as the configuration says`;
  return `learning, ${days} of ${LEAST_DAYS} days${until}`;
}

/** Which of the two medians is the larger one. */
function basis(view: View): string {
  const { value, ofDays, days } = view.baseline.normalPeak.connections;
  return value === ofDays ? `${days} days` : 'the same weekday';
}
