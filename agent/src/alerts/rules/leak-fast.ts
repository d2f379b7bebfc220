import { LEAK_HOURS } from '../baseline.js';
import {
  all,
  any,
  type Condition,
  calculate,
  isAtLeast,
  isAtMost,
  isOver,
  times,
  type Value,
} from '../expression.js';
import { connections, hourRatio, normalPeak, usualLowest, weeklySpread } from '../facts.js';
import type { Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { count, lookNext, percent } from '../words.js';

/** Half of what is unaccounted for is enough to go on. */
const HOLD = 0.5;

/** Of what must be unexplained, so much has to be there an hour earlier: one unusual hour is no leak. */
const HOUR_BEFORE_SHARE = 0.75;

/**
 * So much of the whole rise may lie in two hours: a day that passes into a busier one, or a batch, comes in fewer. The
 * more a host's weeks differ from one another, the less; where that is not known, or in a morning, the least.
 */
const STEP_HOURS = 2;
const MOST_OF_STEP = 0.85;
const SPREAD_SHARE = 0.8;
const LEAST_OF_STEP = 0.65;

/** Of the hours, so many have to rise against the shape of the day. */
const LEAST_RISES = 5;

/**
 * In a morning a leak falls behind the shape of the day, and only what is unexplained rises. So does a day that is busier
 * than usual as a whole: here it takes more, in more hours.
 */
const LEAST_RISES_BESIDE = 6;
const BESIDE_FACTOR = 1.5;

/** More than would be there `ago` hours back, had the shape of the day alone gone on. */
function unexplained(ago: number): Value {
  return times(calculate(hourRatio(ago), '-', hourRatio(LEAK_HOURS)), usualLowest(ago));
}

/** What is more than usual at all: a return to the usual, after a holiday or a deploy, is no leak. */
function moreThanUsual(ago: number): Value {
  return times(calculate(hourRatio(ago), '-', 1), usualLowest(ago));
}

function risesOf(at: (ago: number) => Value): Value {
  return Array.from(
    { length: LEAK_HOURS },
    (_, ago): Value => ({ isMet: isOver(at(ago), at(ago + 1)) }),
  ).reduce((sum, rise) => calculate(sum, '+', rise));
}

function isSteady(at: (ago: number) => Value, whole: Value, share: Value): Condition {
  const most = times(whole, share);
  return all(
    ...Array.from({ length: LEAK_HOURS - STEP_HOURS + 1 }, (_, ago) =>
      isAtMost(calculate(at(ago), '-', at(ago + STEP_HOURS)), most),
    ),
  );
}

function isLeak(threshold: Value): Condition {
  const risen = calculate(hourRatio(0), '-', hourRatio(LEAK_HOURS));
  const least = times(threshold, HOUR_BEFORE_SHARE);
  const beside = times(threshold, BESIDE_FACTOR);
  return all(
    isAtLeast(unexplained(0), threshold),
    isAtLeast(moreThanUsual(0), threshold),
    isAtLeast(unexplained(1), least),
    isAtLeast(moreThanUsual(1), least),
    any(
      all(
        isAtLeast(risesOf(hourRatio), LEAST_RISES),
        any(isSteady(hourRatio, risen, calculate(MOST_OF_STEP, '-', times(weeklySpread, SPREAD_SHARE))), {
          met: isSteady(hourRatio, risen, LEAST_OF_STEP),
          without: weeklySpread,
        }),
      ),
      all(
        isAtLeast(unexplained(0), beside),
        isAtLeast(moreThanUsual(0), beside),
        isAtLeast(risesOf(unexplained), LEAST_RISES_BESIDE),
        isSteady(unexplained, unexplained(0), LEAST_OF_STEP),
      ),
    ),
    isAtLeast(connections, 0),
  );
}

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
      fires: isLeak(threshold),
      holds: all(isAtLeast(unexplained(0), times(threshold, HOLD)), isAtLeast(connections, 0)),
      holdsOverGap: true,
      figure: { value: unexplained(0), threshold, unit: '{connection}' },
      derivation: () =>
        `${percent(share)} of the normal peak more than the usual course of the day explains, risen evenly in ${LEAST_RISES} of ${LEAK_HOURS} hours`,
      explain: (view) => {
        const [now = 1, ...before] = view.baseline.hourRatios;
        const usual = usualLowest(0).of(view) ?? 0;
        const lowest = now * usual;
        return {
          seen: `at least ${count(lowest)} connections all through the last hour, usual at this time are ${count(usual)}; eight hours ago it was ${percent(before.at(-1) ?? 1)} of the usual`,
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
