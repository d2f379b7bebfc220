import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The local ports that the kernel gives to outgoing connections, both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads `net.ipv4.ip_local_port_range`, which holds for IPv6 as well (ip-sysctl.rst). It is the one of this process's own
 * network namespace, whichever proc file system it is read from: `/proc/sys/net` follows the reader.
 * @throws {Error} where the file can't be read, as under systemd's `ProcSubset=pid`
 */
export async function readPortRange(proc: string): Promise<PortRange> {
  const path = join(proc, 'sys/net/ipv4/ip_local_port_range');
  const text = await readFile(path, 'latin1');
  const [first, last] = text.trim().split(/\s+/).map(Number);
  if (!(Number.isInteger(first) && Number.isInteger(last))) {
    throw new Error(`${path} does not hold two ports: ${JSON.stringify(text.slice(0, 40))}`);
  }
  return { first: first as number, last: last as number };
}
