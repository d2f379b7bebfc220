/** One measurement of one contender; all times in milliseconds, for one count of both tables. */
export interface Sample {
  readonly wall: number;
  /** User and system time, of every thread and child. */
  readonly cpu: number;
  readonly mainLoop?: MainLoop;
}

/** What is taken from an application in the same process: CPU time of its main thread. */
export interface MainLoop {
  readonly active: number;
  /** The most without a return to the loop. */
  readonly longestPiece: number;
}

/** Medians of the samples; of the longest pieces the longest. */
export function summary(samples: readonly Sample[]): Sample {
  const loops = samples.flatMap(({ mainLoop }) => mainLoop ?? []);
  return {
    wall: median(samples.map(({ wall }) => wall)),
    cpu: median(samples.map(({ cpu }) => cpu)),
    ...(loops.length > 0 && {
      mainLoop: {
        active: median(loops.map(({ active }) => active)),
        longestPiece: Math.max(...loops.map(({ longestPiece }) => longestPiece)),
      },
    }),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError('no values to take a median of');
  return (low + high) / 2;
}
