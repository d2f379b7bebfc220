import { readFile } from 'node:fs/promises';
import { netPath } from './table-path.js';

/**
 * Counters of `/proc/net/netstat` and `/proc/net/snmp`: pairs of lines, names and then values, each beginning with the
 * protocol (net/ipv4/proc.c).
 * @returns values by `Protocol.Name`, such as `TcpExt.ListenOverflows`
 * @throws {Error} where the file can't be read or a pair of lines doesn't match
 */
export async function readNetstat(proc: string): Promise<ReadonlyMap<string, number>> {
  const path = netPath(proc, 'netstat');
  const lines = (await readFile(path, 'latin1')).split('\n').filter((line) => line !== '');
  const counters = new Map<string, number>();
  for (let i = 0; i < lines.length; i += 2) {
    const [protocol = '', ...names] = (lines[i] as string).split(' ');
    const [sameProtocol, ...values] = (lines[i + 1] ?? '').split(' ');
    if (protocol !== sameProtocol || names.length !== values.length) {
      throw new Error(`${path}: the lines of ${protocol} don't match`);
    }
    for (const [column, name] of names.entries()) {
      counters.set(`${protocol.slice(0, -1)}.${name}`, Number(values[column]));
    }
  }
  return counters;
}
