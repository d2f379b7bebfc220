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
import { connections, hourRatio, normalPeak, throughputRatio, usualLowest } from '../facts.js';
import type { Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { count, lookNext, percent } from '../words.js';

/** Half of what is unaccounted for is enough to go on. */
const HOLD = 0.5;

/** Of what is too much, so much has to be there an hour earlier: one unusual hour is no leak. */
const HOUR_BEFORE_SHARE = 0.75;

/** So much of the whole rise may lie in two hours: a batch, or a day that passes into a busier one, comes in fewer. */
const STEP_HOURS = 2;
const MOST_OF_STEP = 0.75;

/** Of the hours, so many have to rise. */
const LEAST_RISES = 4;

/** Fewer are no leak that anybody would look for. */
const LEAST_CONNECTIONS = 10;

/** Where the bytes have risen by more than so much of the connections' rise, it is a busier day: what leaks carries none. */
const MOST_OF_THROUGHPUT = 0.5;

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

function isEven(at: (ago: number) => Value): Condition {
  const most = times(calculate(at(0), '-', at(LEAK_HOURS)), MOST_OF_STEP);
  return all(
    ...Array.from({ length: LEAK_HOURS - STEP_HOURS + 1 }, (_, ago) =>
      isAtMost(calculate(at(ago), '-', at(ago + STEP_HOURS)), most),
    ),
  );
}

function isLasting(at: (ago: number) => Value, threshold: Value): Condition {
  return all(isAtLeast(at(0), threshold), isAtLeast(at(1), times(threshold, HOUR_BEFORE_SHARE)));
}

/** Whether it is more than the bytes of the hour explain. */
function isIdle(): Condition {
  const rise = (ratio: Value) => calculate(ratio, '-', 1);
  return any(isAtMost(rise(throughputRatio), times(rise(hourRatio(0)), MOST_OF_THROUGHPUT)), {
    met: isAtLeast(connections, 0),
    without: throughputRatio,
  });
}

function isLeak(threshold: Value): Condition {
  return all(
    isLasting(moreThanUsual, threshold),
    isAtLeast(moreThanUsual(0), LEAST_CONNECTIONS),
    isLasting(unexplained, threshold),
    isAtLeast(risesOf(unexplained), LEAST_RISES),
    any(isEven(unexplained), isEven(hourRatio)),
    isIdle(),
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
          seen: `at least ${count(lowest)} connections all through the last hour, usual at this time are ${count(usual)}; seven hours ago it was ${percent(before.at(-1) ?? 1)} of the usual`,
          means: [
            'They have risen hour after hour against the shape of the day, and the bytes have not risen with them: something opens connections and does not close them.',
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
