/** The intervals are those of the literature, and cover what they should. */
import { expect, test } from 'vitest';
import { meanInterval, proportionInterval, quantile } from '../../../bench/alerts/intervals.js';
import { randomness } from '../../support/randomness.js';

/** R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3. */
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%i of %i: %d to %d', (successes, trials, low, high) => {
  const interval = proportionInterval(successes, trials);
  expect(interval[0]).toBeCloseTo(low, 4);
  expect(interval[1]).toBeCloseTo(high, 4);
});

test('the mean of clustered counts is covered in about 95 of 100 cases', () => {
  const random = randomness(1, 0);
  const clustered = () => (random.uniform() < 0.1 ? 1 + Math.floor(5 * random.uniform()) : 0);
  const cases = 100;
  let covered = 0;
  for (let i = 0; i < cases; i++) {
    const [low, high] = meanInterval(Array.from({ length: 400 }, clustered));
    if (low <= 0.3 && 0.3 <= high) covered++;
  }
  expect(covered / cases).toBeGreaterThan(0.91);
  expect(covered / cases).toBeLessThan(0.99);
});

test('none of n: up to 3 / n', () => {
  expect(meanInterval(new Array(400).fill(0))).toEqual([0, 3 / 400]);
});

test('quantiles by the nearest rank', () => {
  expect([0.5, 0.9, 1].map((share) => quantile([10, 1, 2, 9, 3, 8, 4, 7, 5, 6], share))).toEqual([5, 9, 10]);
  expect(quantile([], 0.5)).toBeNaN();
});
