/**
 * The resident memory of the agent as a user runs it, over 200 cycles at the shortest interval and 99,000 rows. What is
 * measured is VmRSS of its process from outside, once a cycle as it arrives.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namespaceRefusal, openNamespace } from '../../../test/support/namespace.js';
import { establishedIn, startReceiver } from '../support/receiver.js';
import { startScoutAgent } from '../support/scout-agent.js';

const CYCLES = 200;
const LIMIT_MB = 110;
/** Cycles until the heap has found its size. */
const SETTLED = 50;
/** What the garbage collector moves about; a leak of 100 bytes a row would be 1.4 GB by the end. */
const SCATTER_MB = 4;

const refusal = namespaceRefusal();

test.skipIf(refusal)(
  `${CYCLES} cycles at 99,000 rows stay under ${LIMIT_MB} MB and do not grow`,
  async (t) => {
    const namespace = await openNamespace({ ipv4: 29_700, ipv6: 19_800 });
    t.onTestFinished(() => namespace.close());
    const receiver = await startReceiver(t);
    const agent = await startScoutAgent(t, {
      config: `proc: ${namespace.proc}\ninterval: 1s\notlp: {endpoint: "${receiver.endpoint}"}`,
    });

    const resident: number[] = [];
    for (let cycle = 1; cycle <= CYCLES; cycle++) {
      const { body } = await receiver.untilTaken(cycle);
      expect(establishedIn(body)).toEqual({ ipv4: 59_400, ipv6: 39_600 });
      resident.push(residentMegabytes(agent.pid));
    }
    expect((await agent.stop()).code).toBe(0);

    const settled = median(resident.slice(SETTLED, 2 * SETTLED));
    const last = median(resident.slice(-SETTLED));
    const most = Math.max(...resident);
    console.log(
      `Node ${process.version}, ${CYCLES} cycles at 99,000 rows: ${most.toFixed(1)} MB at most; median of cycles ` +
        `${SETTLED + 1} to ${2 * SETTLED}: ${settled.toFixed(1)} MB, of the last ${SETTLED}: ${last.toFixed(1)} MB`,
    );
    expect(last - settled).toBeLessThan(SCATTER_MB);
    // The figure is for Node 20; later versions are larger before any of our code is loaded.
    if (process.version.startsWith('v20.')) expect(most).toBeLessThan(LIMIT_MB);
  },
);

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
