import { openNamespace } from '../test/support/namespace.js';
import { openContenders } from './contenders.js';
import { median, type Sample, summary } from './sample.js';

export interface Size {
  /** Rows in each table, the ends of ESTABLISHED connections. */
  readonly tcp: number;
  readonly tcp6: number;
  readonly rounds: number;
  /** Counts in a row for one sample, so that what is timed is long enough for the clocks. */
  readonly times: number;
}

/** The summary of all rounds. */
export interface Result extends Sample {
  readonly name: string;
  /** Median of the ratios to `cat` within the same round. */
  readonly ofCat: { readonly wall: number; readonly cpu: number };
}

export interface Measurement {
  readonly rows: number;
  readonly size: Size;
  readonly results: readonly Result[];
}

/** Measures all contenders at one size, in turns, so that whatever else the machine does hits them alike. */
export async function measure(size: Size): Promise<Measurement> {
  const namespace = await openNamespace({ ipv4: size.tcp / 2, ipv6: size.tcp6 / 2 });
  try {
    const contenders = await openContenders(namespace);
    const samples: Sample[][] = contenders.map(() => []);
    for (let round = 0; round < size.rounds; round++) {
      for (let turn = 0; turn < contenders.length; turn++) {
        const index = (round + turn) % contenders.length;
        samples[index]?.push(await (contenders[index] as (typeof contenders)[number]).sample(size.times));
      }
    }
    await Promise.all(contenders.map((contender) => contender.close()));
    const cat = samples[0] as Sample[];
    const results = contenders.map(({ name }, index) => resultOf(name, samples[index] as Sample[], cat));
    return { rows: size.tcp + size.tcp6, size, results };
  } finally {
    await namespace.close();
  }
}

function resultOf(name: string, samples: readonly Sample[], cat: readonly Sample[]): Result {
  const ratio = (time: 'wall' | 'cpu') =>
    median(samples.map((sample, round) => sample[time] / (cat[round] as Sample)[time]));
  return { name, ...summary(samples), ofCat: { wall: ratio('wall'), cpu: ratio('cpu') } };
}
