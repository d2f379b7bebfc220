import { LEAK_DAYS } from '../baseline.js';
import { all, calculate, isAtLeast } from '../expression.js';
import { connections, lowestDayRatio, medianDayRatio, weeklySpread } from '../facts.js';
import type { Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { lookNext, percent } from '../words.js';

/** Half of the excess is enough to go on. */
function eased(ratio: number): number {
  return 1 + (ratio - 1) / 2;
}

export function leakSlow(settings: AlertSettings): Rule[] {
  const own = settings['leak-slow'];
  if (own === undefined) return [];
  const { lowest, median, forMillis } = own;
  const over = (least: number, middle: number) =>
    all(
      isAtLeast(lowestDayRatio, least),
      isAtLeast(medianDayRatio, calculate(weeklySpread, '+', middle)),
      isAtLeast(connections, 0),
    );
  return [
    {
      name: 'leak-slow',
      severity: 'warning',
      title: 'connections that stay, more every day',
      forMillis,
      fires: over(lowest, median),
      holds: over(eased(lowest), eased(median)),
      holdsOverGap: true,
      figure: { value: medianDayRatio, threshold: calculate(weeklySpread, '+', median), unit: '1' },
      derivation: () =>
        `${percent(median)} of the same weekday's quietest hour in the two weeks before and as much as weeks differ, and ${percent(lowest)} on each of ${LEAK_DAYS} days`,
      explain: (view) => ({
        seen: `the quietest hour of each of the last ${LEAK_DAYS} days had more connections than that of the same weekday before, ${percent(medianDayRatio.of(view) ?? 1)} in the middle of them`,
        means: [
          'The days never come down to where they used to: connections are kept that nobody needs any more.',
        ],
        next: [
          ...lookNext(view),
          'Look at the hours of least traffic, who is connected then: `scout-agent inspect`. Idle limits of pools and proxies mend it.',
        ],
      }),
    },
  ];
}
