import type { TcpState } from '../../src/procfs/index.js';
import { NAMES as SOCKET_STATES } from '../support/plain-count.js';

/** What the reference says of a table: its counts, or which error it must give. */
export type Verdict = { counts: Record<string, number> } | { error: 'no-header' | 'malformed' | 'truncated' };

/** The kernel prints most requests as 03 already; 0C is no state of a socket that can be held. */
const NAMES: Readonly<Record<string, TcpState>> = { ...SOCKET_STATES, '0C': 'syn_received' };

/** Eight digits where a colon follows them, else thirty-two; what stands between the separators isn't looked at. */
const ROW =
  /^ *\d+: (?:[\s\S]{8}:[\s\S]{4} [\s\S]{8}|(?![\s\S]{8}:)[\s\S]{32}:[\s\S]{4} [\s\S]{32}):[\s\S]{4} ([0-9A-F]{2}) [\s\S]{8}:[\s\S]{8} [\s\S]{2}:/;

/** The plainest parser that can be written: all at once, split at newlines, one expression for a row. */
export function referenceParse(table: Buffer): Verdict {
  const lines = table.toString('latin1').split('\n');
  const rest = lines.pop() ?? '';
  const [header, ...rows] = lines;
  if (header === undefined || header.length > 256 || !header.includes('local_address'))
    return { error: 'no-header' };
  const counts: Record<string, number> = Object.fromEntries(Object.values(NAMES).map((name) => [name, 0]));
  for (const row of rows) {
    const code = row.length > 256 ? undefined : ROW.exec(row)?.[1];
    if (code === undefined) return { error: 'malformed' };
    const name = NAMES[code] ?? 'unknown';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  if (rest.length > 256) return { error: 'malformed' };
  return rest.length > 0 ? { error: 'truncated' } : { counts };
}
