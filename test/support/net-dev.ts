/** A written `/proc/net/dev`, for what no test can do to a real interface. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes received, errors while receiving, bytes sent, errors while sending. */
export type Counters = readonly [received: number, receiveErrors: number, sent: number, sendErrors: number];

const HEADER = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

/** Writes the table of process 1 under `proc`, so that no reader meets half of it. */
export async function writeNetDev(
  proc: string,
  interfaces: Readonly<Record<string, Counters>>,
): Promise<void> {
  const rows = Object.entries(interfaces).map(
    ([name, [received, receiveErrors, sent, sendErrors]]) =>
      `${name.padStart(6)}: ${received} 11 ${receiveErrors} 12 13 14 15 16 ${sent} 17 ${sendErrors} 18 19 20 21 22\n`,
  );
  await writeNetDevText(proc, HEADER + rows.join(''));
}

export async function writeNetDevText(proc: string, text: string): Promise<void> {
  const path = join(proc, '1/net/dev');
  await mkdir(join(proc, '1/net'), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
