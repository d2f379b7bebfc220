import type { TcpStateCounts } from './tcp-states.js';
import { scanTcpTable } from './tcp-table.js';

/**
 * Counts the sockets of one kernel table by state.
 *
 * The counts belong to the network namespace of the process whose table it is, not to the process. A scan that is
 * in flight is shared: who asks for the same path before it ends gets its answer.
 *
 * - A code that no known kernel uses is counted under `unknown` and spoils nothing.
 * - `0C` (NEW_SYN_RECV) counts as `syn_received`.
 * - A table that holds its header line only has every count at 0.
 *
 * @param path a table such as `/proc/self/net/tcp` or `/proc/self/net/tcp6`
 * @returns a frozen object with a number under each state's semantic-convention name
 * @throws {TcpTableError} `missing`, `unreadable`, `no-header` (an empty file too), `malformed` (a line that is not a
 *   row), `truncated` (the last row has no end) or `repeated` (eight readings in a row gave the last rows twice); never a
 *   count that was not taken
 */
export async function readTcpTable(path: string): Promise<TcpStateCounts> {
  return (await scanTcpTable(path)).counts;
}
