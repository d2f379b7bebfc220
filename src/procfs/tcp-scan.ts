import type { RowSelection } from './row-selection.js';
import { type AddressFamily, TABLE_OF_FAMILY } from './table-path.js';
import { scanTcpTable, type TcpTableScan } from './tcp-table.js';
import { TcpTableError } from './tcp-table-error.js';

/** What one scan of one family's table gave: its counts, or why there are none. */
export type FamilyScan = ({ family: AddressFamily; path: string } & TcpTableScan) | FailedScan;

export interface FailedScan {
  family: AddressFamily;
  path: string;
  error: TcpTableError;
}

const FAMILIES = Object.keys(TABLE_OF_FAMILY) as AddressFamily[];

/**
 * Scans both tables at the same time and never rejects for what the tables hold or lack.
 *
 * A host without IPv6 has no `tcp6`, so a missing one beside a good `tcp` is left out of the answer.
 * @param folder where they stand, as `netFolder` gives it
 */
export async function scanTcpTables(folder: string, selection: RowSelection): Promise<FamilyScan[]> {
  const scans = await Promise.all(FAMILIES.map((family) => scanFamily(family, folder, selection)));
  const ipv4Works = scans.some((scan) => scan.family === 'ipv4' && 'counts' in scan);
  return scans.filter((scan) => !(ipv4Works && scan.family === 'ipv6' && isMissing(scan)));
}

async function scanFamily(
  family: AddressFamily,
  folder: string,
  selection: RowSelection,
): Promise<FamilyScan> {
  const path = `${folder}/${TABLE_OF_FAMILY[family]}`;
  try {
    return { family, path, ...(await scanTcpTable(path, selection)) };
  } catch (error) {
    if (error instanceof TcpTableError) return { family, path, error };
    throw error;
  }
}

function isMissing(scan: FamilyScan): boolean {
  return 'error' in scan && scan.error.code === 'missing';
}
