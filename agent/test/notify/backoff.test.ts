import { expect, test } from 'vitest';
import { backoff } from '../../src/notify/backoff.js';

test.each([
  [1, undefined, 0, 2500],
  [1, undefined, 1, 5000],
  [2, undefined, 1, 10_000],
  [9, undefined, 1, 900_000],
  [500, undefined, 1, 900_000],
  [1, 60_000, 0, 60_000],
  [1, 60_000, 1, 66_000],
  [9, 1000, 0, 450_000],
  [1, 1e15, 0, 86_400_000],
])('%d failures, asked for %s ms, chance %d: %d ms', (failures, asked, random, millis) => {
  expect(backoff(failures, asked, random)).toBeCloseTo(millis);
});
