import { readFile } from 'node:fs/promises';
import { netPath } from './table-path.js';

/** What a network interface has counted since it came into being. */
export interface InterfaceCounters {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly receiveErrors: number;
  readonly sendErrors: number;
}

/** Eight numbers for each direction: bytes, packets, errs, drop and four more (dev_seq_printf_stats, net/core/net-procfs.c). */
const COLUMNS = 16;

/**
 * Reads `/proc/net/dev`: every interface of the network namespace.
 * @throws {Error} where the file can't be read or is not in that form
 */
export async function readNetDev(proc: string): Promise<ReadonlyMap<string, InterfaceCounters>> {
  const path = netPath(proc, 'dev');
  const [, heading = '', ...rows] = (await readFile(path, 'utf8')).split('\n');
  if (!/^ face \|bytes /.test(heading))
    throw new Error(`${path} does not begin with the header of its table`);
  return new Map(rows.filter((row) => row !== '').map((row) => [nameOf(row), countersOf(row, path)]));
}

function nameOf(row: string): string {
  return row.slice(0, row.indexOf(':')).trimStart();
}

function countersOf(row: string, path: string): InterfaceCounters {
  // Older kernels put no space behind the colon.
  const numbers = row
    .slice(row.indexOf(':') + 1)
    .trim()
    .split(/ +/)
    .map(Number);
  if (numbers.length !== COLUMNS || numbers.some(Number.isNaN)) {
    throw new Error(`${path}: not a row of its table: ${JSON.stringify(row.slice(0, 80))}`);
  }
  const [bytesReceived, , receiveErrors] = numbers as [number, number, number];
  const [bytesSent, , sendErrors] = numbers.slice(COLUMNS / 2) as [number, number, number];
  return { bytesReceived, bytesSent, receiveErrors, sendErrors };
}
