import { type Range, SHORTEST } from './period.js';

/**
 * A range shorter or longer by a factor, with a point of time that stays where it is on the screen.
 * @param latest the range ends no later: there is nothing to see in what is to come
 */
export function zoom({ from, to }: Range, centre: number, factor: number, latest: number): Range {
  const length = Math.max((to - from) * factor, SHORTEST);
  const share = (centre - from) / (to - from);
  const end = Math.min(centre + length * (1 - share), latest);
  return { from: end - length, to: end };
}
