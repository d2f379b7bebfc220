import type { RowSelection } from './row-selection.js';
import { type AddressFamily, TABLE_OF_FAMILY } from './table-path.js';
import { scanTcpTable, type TcpTableScan } from './tcp-table.js';
import { TcpTableError } from './tcp-table-error.js';

/** What reading one family's table gave, or why it gave nothing. */
export type FamilyRead<T> = ({ family: AddressFamily; path: string } & T) | FailedScan;

/** What one scan of one family's table gave: its counts, or why there are none. */
export type FamilyScan = FamilyRead<TcpTableScan>;

export interface FailedScan {
  family: AddressFamily;
  path: string;
  error: TcpTableError;
}

const FAMILIES = Object.keys(TABLE_OF_FAMILY) as AddressFamily[];

/** Scans both tables; see {@link readTcpTables}. */
export function scanTcpTables(folder: string, selection: RowSelection): Promise<FamilyScan[]> {
  return readTcpTables(folder, (path) => scanTcpTable(path, selection));
}

/**
 * Reads both tables at the same time and never rejects for what the tables hold or lack.
 *
 * A host without IPv6 has no `tcp6`, so a missing one beside a good `tcp` is left out of the answer.
 * @param folder where they stand, as `netFolder` gives it
 */
export async function readTcpTables<T extends object>(
  folder: string,
  read: (path: string, family: AddressFamily) => Promise<T>,
): Promise<FamilyRead<T>[]> {
  const reads = await Promise.all(FAMILIES.map((family) => readFamily(family, folder, read)));
  const ipv4Works = reads.some((one) => one.family === 'ipv4' && !('error' in one));
  return reads.filter((one) => !(ipv4Works && one.family === 'ipv6' && isMissing(one)));
}

async function readFamily<T extends object>(
  family: AddressFamily,
  folder: string,
  read: (path: string, family: AddressFamily) => Promise<T>,
): Promise<FamilyRead<T>> {
  const path = `${folder}/${TABLE_OF_FAMILY[family]}`;
  try {
    return { family, path, ...(await read(path, family)) };
  } catch (error) {
    if (error instanceof TcpTableError) return { family, path, error };
    throw error;
  }
}

function isMissing(read: object | FailedScan): boolean {
  return 'error' in read && read.error instanceof TcpTableError && read.error.code === 'missing';
}
