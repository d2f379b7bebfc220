/** Seeded randomness for generated servers: the same seed gives the same numbers on every machine. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Randomness {
  /** From 0 to 1, which it never is. */
  uniform(): number;
  between(low: number, high: number): number;
  /** Between both, each order of magnitude as often as another. */
  logBetween(low: number, high: number): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
}

/** Streams of the same seed don't overlap, so that one more draw in one of them leaves the others as they were. */
export function randomness(seed: number, stream: number): Randomness {
  const generator = xoroshiro128plus(seed);
  // Each jumps: the first numbers of neighbouring seeds are neighbours.
  for (let i = stream; i >= 0; i--) generator.jump();
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    logBetween: (low, high) => low * (high / low) ** uniform(),
    // The transform of Box and Muller.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** Another seed for each sequence of numbers: finalizer of MurmurHash3 (Appleby, public domain), applied to each in turn. */
export function mixed(...numbers: readonly number[]): number {
  return numbers.reduce((hash, number) => {
    let mixing = Math.imul(hash ^ number, 0x85ebca6b);
    mixing = Math.imul(mixing ^ (mixing >>> 13), 0xc2b2ae35);
    return mixing ^ (mixing >>> 16);
  }, 0x9e3779b9);
}

/** A value about 0, with a standard deviation of 1, that forgets itself within `memoryMillis`, however often it is asked. */
export function wander(random: Randomness, memoryMillis: number, intervalMillis: number): () => number {
  const kept = Math.exp(-intervalMillis / memoryMillis);
  const fresh = Math.sqrt(1 - kept * kept);
  let value = random.normal();
  return () => {
    value = kept * value + fresh * random.normal();
    return value;
  };
}
