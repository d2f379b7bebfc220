import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Namespace } from '../support/namespace.js';

export interface Counts {
  readonly tcp: number;
  readonly tcp6: number;
}

/** A stretch of time, in milliseconds since the epoch, in which every count was the same. */
export interface Steady extends Counts {
  readonly from: number;
  readonly to: number;
}

const ESTABLISHED = '$4 == "01" { rows++ } END { print rows + 0 }';

/** Established connections by table, counted without a line of the project's own code. */
async function awk(namespace: Namespace): Promise<Counts> {
  const count = async (table: 'tcp' | 'tcp6'): Promise<number> => {
    const { stdout } = await promisify(execFile)('awk', [ESTABLISHED, namespace.table(table)]);
    return Number(stdout);
  };
  return { tcp: await count('tcp'), tcp6: await count('tcp6') };
}

/**
 * Counts until nothing has changed for as long as `cycles()` takes to go up by four. The caller opens no
 * connection meanwhile.
 */
export async function countSteady(namespace: Namespace, cycles: () => number): Promise<Steady> {
  for (;;) {
    const from = Date.now();
    const begun = cycles();
    const first = await awk(namespace);
    let now = first;
    while (now.tcp === first.tcp && now.tcp6 === first.tcp6) {
      if (cycles() >= begun + 4) return { ...first, from, to: Date.now() };
      await sleep(50);
      now = await awk(namespace);
    }
  }
}
