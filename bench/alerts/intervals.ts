/** How far chance may have taken a figure from what it would be over all servers. */
import { randomness } from '../../test/support/randomness.js';

export type Interval = readonly [low: number, high: number];

/** The 97.5 % point of the normal distribution: 95 % lie between it and its opposite. */
const Z = 1.959964;

/**
 * 95 % interval of a proportion: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
 * Near 0 and 1, where the usual one fails, it covers what it should: Brown, Cai, DasGupta, Interval estimation for a
 * binomial proportion, 2001.
 */
export function proportionInterval(successes: number, trials: number): Interval {
  if (trials === 0) return [0, 1];
  const share = successes / trials;
  const middle = share + Z ** 2 / (2 * trials);
  const half = Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  const whole = 1 + Z ** 2 / trials;
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}

const RESAMPLES = 2_000;

/**
 * 95 % interval of the mean of counts, by the percentiles of a bootstrap: false notifications come in clusters on few
 * hosts, and an interval after Poisson's distribution would be too narrow. Where none was counted, up to 3 / n: Hanley,
 * Lippman-Hand, If nothing goes wrong, is everything all right?, 1983.
 */
export function meanInterval(counts: readonly number[]): Interval {
  if (counts.every((count) => count === 0)) return [0, 3 / counts.length];
  const random = randomness(counts.length, 0);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < counts.length; i++)
      sum += counts[Math.floor(random.uniform() * counts.length)] as number;
    return sum / counts.length;
  });
  return [quantile(means, 0.025), quantile(means, 0.975)];
}

/** Of the values in any order, by the nearest rank; NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
