/** What is asked of the history beside the chosen range itself. */
import { type Buckets, fetchSeries, type Status } from './api.js';
import { now } from './clock.js';
import { type Ghost, ghostsOf, shifted } from './ghost.js';
import { COUNT } from './lines.js';
import type { Range } from './period.js';

/** When the history begins: one bucket over all that is kept is the cheapest question that tells. */
export async function findBegin(status: Status, signal: AbortSignal): Promise<number | undefined> {
  const range = { from: now() - status.retentionMillis, to: now() };
  const { body } = await fetchSeries({ ...range, points: 1, name: 'system.cpu.utilization' }, signal);
  return body.collected[0]?.from;
}

export interface AnsweredGhost {
  readonly ghost: Ghost;
  readonly answer: Buckets;
}

/** @param begin of the history: before it there is nothing to ask for */
export function askGhosts(
  range: Range,
  begin: number | undefined,
  points: number,
  signal: AbortSignal,
): Promise<AnsweredGhost[]> {
  const asked = ghostsOf(range)
    .map((ghost) => ({ ghost, past: shifted(range, ghost) }))
    .filter(({ past }) => begin !== undefined && past.to > begin)
    .map(async ({ ghost, past }) => {
      const { body } = await fetchSeries({ ...past, points, name: COUNT }, signal);
      return { ghost, answer: body };
    });
  return Promise.all(asked);
}
