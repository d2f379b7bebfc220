import { expect, test } from 'vitest';
import {
  all,
  any,
  type Condition,
  type Fact,
  isOver,
  isUnder,
  nearness,
} from '../../src/alerts/expression.js';
import type { View } from '../../src/alerts/view.js';

const VIEW = {} as View;
const UNKNOWN: Fact = { promql: 'unknown', of: () => undefined };

test.each<[string, Condition, number | undefined]>([
  ['half of the threshold', isOver(50, 100), 0.5],
  ['over it', isOver(150, 100), 1.5],
  ['at it, where more is needed', isOver(100, 100), 1],
  ['twice what it has to be under', isUnder(200, 100), 0.5],
  ['half of what it has to be under', isUnder(50, 100), 2],
  ['together: the farthest', all(isOver(150, 100), isUnder(200, 100)), 0.5],
  ['either: the nearest', any(isOver(20, 100), isOver(80, 100)), 0.8],
  ['together with what is always met', all(isOver(150, 100), isOver(3, 0)), 1.5],
  ['together with something unknown', all(isOver(150, 100), isOver(UNKNOWN, 1)), undefined],
  ['either, one of them unknown', any(isOver(20, 100), isOver(UNKNOWN, 1)), 0.2],
  ['either, none of them known', any(isOver(UNKNOWN, 1)), undefined],
  ['where something is not known', { met: isOver(20, 100), without: UNKNOWN }, 0.2],
  ['where it is known', { met: isOver(20, 100), without: { promql: '1', of: () => 1 } }, undefined],
  ['nothing, where anything is too much', isOver(0, 0), 0],
  ['anything, where anything is too much', isOver(3, 0), Number.POSITIVE_INFINITY],
  ['below zero', isOver(-5, 100), 0],
  ['over a threshold below zero', isOver(5, -100), Number.POSITIVE_INFINITY],
])('%s', (_, condition, expected) => {
  expect(nearness(condition, VIEW)).toBe(expected);
});
