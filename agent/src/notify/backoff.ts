const FIRST_MILLIS = 5_000;
const MOST_MILLIS = 15 * 60_000;

/** What is older is of use to nobody. */
export const GIVE_UP_MILLIS = 24 * 3_600_000;

/**
 * How long to wait after some failed attempts in a row: twice as long each time, a part of it by chance, so that the
 * agents of a fleet don't come back together, and not before the other side said.
 * @param random from 0 to 1
 */
export function backoff(failures: number, retryAfterMillis: number | undefined, random: number): number {
  const longest = Math.min(FIRST_MILLIS * 2 ** (failures - 1), MOST_MILLIS);
  const asked = Math.min(retryAfterMillis ?? 0, GIVE_UP_MILLIS);
  return Math.max(longest * (0.5 + random / 2), asked * (1 + random / 10));
}
