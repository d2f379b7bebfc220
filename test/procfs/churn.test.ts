import { describe, expect, onTestFinished, test } from 'vitest';
import { readTcpTable } from '../../src/procfs/index.js';
import { startChurn } from '../support/churn.js';
import { type Namespace, namespaceRefusal, openNamespace } from '../support/namespace.js';

const refusal = namespaceRefusal();
const SCANS = 1_000;
const STABLE = { established: 500, bothFinsSent: 200 };
const CHURNERS = 2;
const LEAST_CHURN_PER_SECOND = 5_000;
const CHURN_PER_SECOND = 7_000;

describe.skipIf(refusal)(`while connections come and go${refusal ? ` (${refusal})` : ''}`, () => {
  test('a count is never below what stands and never above what was open meanwhile', {
    timeout: 900_000,
  }, async () => {
    const namespace = await openNamespace({ ipv4: STABLE });
    onTestFinished(() => namespace.close());
    expect(await sharesInitsHashTable(namespace)).toBe(true);
    // Otherwise 60 s of closed connections make each scan longer than the last one.
    await namespace.run('sh', ['-c', 'echo 200 > /proc/sys/net/ipv4/tcp_max_tw_buckets']);
    // Nobody holds the sockets in CLOSING any more; by default they are given up after 100 s.
    await namespace.run('sh', ['-c', 'echo 100 > /proc/sys/net/ipv4/tcp_orphan_retries']);
    const churn = await startChurn(namespace, CHURNERS, CHURN_PER_SECOND);
    onTestFinished(() => churn.stop());

    const { established: stable, closing: stableClosing } = namespace.expected.tcp;
    const perSecond: number[] = [];
    let scans = 0;
    let mostAbove = 0;
    // A scan on a machine too busy for the churn is held to the same bounds, but doesn't count as one of the 1,000.
    while (perSecond.length < SCANS) {
      const before = await churn.ask();
      const start = performance.now();
      const { established, closing } = await readTcpTable(namespace.table('tcp'));
      const after = await churn.ask();
      const seconds = (performance.now() - start) / 1_000;
      scans += 1;

      // A connection that was open at any moment of the scan had begun when the scan was over and had not ended when
      // it began. Answers come later than they are asked for, so the first `ended` may only be too few and the last
      // `begun` only too many: the bound is never too low. Each connection has two rows, its ends.
      const openMeanwhile = 2 * (after.begun - before.ended);
      expect(established).toBeGreaterThanOrEqual(stable);
      expect(established).toBeLessThanOrEqual(stable + openMeanwhile);
      // Connections of which one side closes after the other never come into this state: not a row more or less.
      expect(closing).toBe(stableClosing);
      mostAbove = Math.max(mostAbove, established - stable);

      const rate = (after.ended - before.ended) / seconds;
      if (rate >= LEAST_CHURN_PER_SECOND) perSecond.push(rate);
    }

    // Else nothing came and went under the reader's eyes.
    expect(mostAbove).toBeGreaterThan(0);
    perSecond.sort((a, b) => a - b);
    console.log(
      `${scans} scans of ${stable + stableClosing} stable rows, ${SCANS} of them while ${CHURNERS} processes opened and closed ` +
        `${Math.round(perSecond[0] ?? 0)} or more connections a second together ` +
        `(median ${Math.round(perSecond[SCANS / 2] ?? 0)}); at most ${mostAbove} rows above, none below`,
    );
  });
});

/**
 * With few hash buckets the kernel's own walk loses its place and skips rows. The number is negative where the table
 * is shared with the first namespace, as is usual, and so of the usual size; before Linux 6.1 it always is.
 */
async function sharesInitsHashTable(namespace: Namespace): Promise<boolean> {
  const entries = '/proc/sys/net/ipv4/tcp_ehash_entries';
  const { stdout } = await namespace.run('sh', ['-c', `[ ! -e ${entries} ] || cat ${entries}`]);
  return stdout === '' || Number(stdout) < 0;
}
