/** Counts a table in the most obvious way: what the reader under test is compared with. */
import { readFile } from 'node:fs/promises';
import type { TcpState } from '../../src/procfs/index.js';
import { noCounts, type StateCounts } from './pairs.js';

/** The kernel's codes, written down a second time on purpose: the reader's own list is under test. */
export const NAMES: Readonly<Record<string, TcpState>> = {
  '01': 'established',
  '02': 'syn_sent',
  '03': 'syn_received',
  '04': 'fin_wait_1',
  '05': 'fin_wait_2',
  '06': 'time_wait',
  '07': 'closed',
  '08': 'close_wait',
  '09': 'last_ack',
  '0A': 'listen',
  '0B': 'closing',
};

export async function plainCount(path: string): Promise<StateCounts> {
  const counts = noCounts();
  const rows = (await readFile(path, 'latin1')).trimEnd().split('\n').slice(1);
  for (const row of rows) {
    const code = row.trim().split(/\s+/)[3] ?? '';
    const name = NAMES[code];
    if (name === undefined) throw new Error(`${path}: no state in ${JSON.stringify(row)}`);
    counts[name] += 1;
  }
  return counts;
}
