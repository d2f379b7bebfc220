import { LEAK_HOURS } from '../baseline.js';
import { all, calculate, isAtLeast, isOver, times, type Value } from '../expression.js';
import { connections, hourRatio, lowestOfHour, normalPeak } from '../facts.js';
import type { Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { count, lookNext, percent } from '../words.js';

/** Of the hours, so many have to rise. */
const LEAST_RISES = LEAK_HOURS - 1;
/** Half of what is unaccounted for is enough to go on. */
const HOLD = 0.5;

const rises: Value = Array.from(
  { length: LEAK_HOURS },
  (_, ago): Value => ({
    isMet: isOver(hourRatio(ago), hourRatio(ago + 1)),
  }),
).reduce((sum, rise) => calculate(sum, '+', rise));

/** The lowest count of the last hour, less what it would be had the shape of the day alone gone on. */
const unexplained: Value = calculate(
  lowestOfHour,
  '-',
  times(hourRatio(LEAK_HOURS), calculate(lowestOfHour, '/', hourRatio(0))),
);

/** What is more than usual at that hour at all: a return to the usual, after a holiday or a deploy, is no leak. */
const moreThanUsual: Value = calculate(lowestOfHour, '-', calculate(lowestOfHour, '/', hourRatio(0)));
/** So much of what must be unexplained. */
const MORE_SHARE = 0.5;

export function leakFast(settings: AlertSettings): Rule[] {
  const own = settings['leak-fast'];
  if (own === undefined) return [];
  const { share, forMillis } = own;
  const threshold = times(normalPeak, share);
  return [
    {
      name: 'leak-fast',
      severity: 'warning',
      title: 'connections that stay, more every hour',
      forMillis,
      fires: all(
        isAtLeast(unexplained, threshold),
        isAtLeast(moreThanUsual, times(threshold, MORE_SHARE)),
        isAtLeast(rises, LEAST_RISES),
        isAtLeast(connections, 0),
      ),
      holds: all(isAtLeast(unexplained, times(threshold, HOLD)), isAtLeast(connections, 0)),
      holdsOverGap: true,
      figure: { value: unexplained, threshold, unit: '{connection}' },
      derivation: () =>
        `${percent(share)} of the normal peak more than the usual course of the day explains, risen in ${LEAST_RISES} of ${LEAK_HOURS} hours`,
      explain: (view) => {
        const lowest = lowestOfHour.of(view) ?? 0;
        const [now = 1, ...before] = view.baseline.hourRatios;
        const usual = lowest / now;
        return {
          seen: `at least ${count(lowest)} connections all through the last hour, usual at this time are ${count(usual)}; six hours ago it was ${percent(before.at(-1) ?? 1)} of the usual`,
          means: [
            'They have risen hour after hour against the shape of the day: something opens connections and does not close them.',
          ],
          next: [
            ...lookNext(view),
            'A process whose connections only grow has the leak: `scout-agent inspect --watch`. A restart frees them until it is mended.',
          ],
        };
      },
    },
  ];
}
