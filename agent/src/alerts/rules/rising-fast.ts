import { all, any, type Condition, calculate, isAtLeast, isOver, times, type Value } from '../expression.js';
import { anHourAgo, connections, highest, hourBefore, normalPeak, normalPeakReceived } from '../facts.js';
import type { Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { count, lookNext, percent, ratio } from '../words.js';
import { whatThroughputSays } from './transfer.js';

/** Half of the rise is enough to go on. */
const HOLD = 0.5;

/**
 * Beside the normal peak a rise counts only so far above it: a morning, or the start of a nightly job, is none. Bytes
 * waver more, and their daily peaks are rare moments: a flood hardly passes them.
 */
const OVER_NORMAL = { connections: 1.5, received: 1 } as const;

export function risingFast({ mode, ...settings }: AlertSettings): Rule[] {
  const own = settings['rising-fast'];
  if (own === undefined) return [];
  const { rise, least, forMillis } = own;
  return [
    {
      name: 'rising-fast',
      severity: 'warning',
      title: `up by more than ${percent(rise)} within minutes`,
      forMillis,
      fires: rises('connections', rise, least, mode),
      holds: rises('connections', rise * HOLD, least * HOLD, mode),
      holdsOverGap: true,
      figure: {
        value: highest('connections'),
        threshold: times(hourBefore('connections'), 1 + rise),
        unit: '{connection}',
      },
      derivation: () =>
        [
          `${percent(1 + rise)} of the mean of the hour before`,
          `at least ${count(least)} more than it`,
          ...(mode === 'normal_peak' ? [`over ${percent(OVER_NORMAL.connections)} of the normal peak`] : []),
        ].join(', and '),
      explain: (view) => {
        const now = highest('connections').of(view) ?? connections.of(view) ?? 0;
        const before = hourBefore('connections').of(view) ?? now;
        return {
          seen: `${count(now)} connections within five minutes, ${ratio(now, before)} the mean of ${count(before)} in the hour before`,
          means: whatThroughputSays(view),
          next: lookNext(view),
        };
      },
    },
  ];
}

/** The highest of the last minutes against the mean of the hour before. */
export function rises(
  signal: 'connections' | 'received',
  rise: number,
  least: number,
  mode: AlertSettings['mode'],
): Condition {
  const before = hourBefore(signal);
  const normal = signal === 'connections' ? normalPeak : normalPeakReceived;
  const overNormal = any(isOver(highest(signal), times(normal, OVER_NORMAL[signal])), {
    met: isOver(highest(signal), 0),
    without: normal,
  });
  const more: Value = calculate(highest(signal), '-', before);
  return all(
    // First what is seldom met: the agent looks no further.
    ...(mode === 'rate_of_change' ? [] : [overNormal]),
    isOver(highest(signal), times(before, 1 + rise)),
    isAtLeast(more, least),
    isAtLeast(anHourAgo(signal), 0),
  );
}
