/**
 * A folder to stand in for another host's mounted proc file system: `<folder>/1/net/tcp` and `tcp6` are plain files, beside
 * those that CPU and throughput are read from.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNetDev } from '../../../test/support/net-dev.js';
import { scratchFolder, type Test } from './scout-agent.js';

export interface ProcFolder {
  /** What `proc:` names. */
  readonly path: string;
  /** The path of a table. */
  table(name: TableName): string;
  /** Writes a table with so many established connections and one listener. */
  write(name: TableName, established: number): Promise<void>;
  remove(name: TableName): Promise<void>;
}

/** Established connections by table; a table that is not named does not exist. */
export type Tables = Readonly<Partial<Record<TableName, number>>>;

type TableName = 'tcp' | 'tcp6';

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const ADDRESSES: Record<TableName, { local: string; any: string }> = {
  tcp: { local: '0100007F', any: '00000000' },
  tcp6: { local: '00000000000000000000000001000000', any: '0'.repeat(32) },
};

const NETSTAT = `TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPReqQFullDrop TCPReqQFullDoCookies
TcpExt: 0 0 0 0 0
`;

const STAT = 'cpu  100 0 50 800 10 0 5 0 0 0\ncpu0 100 0 50 800 10 0 5 0 0 0\n';

export async function procFolder(t: Test, tables: Tables): Promise<ProcFolder> {
  const path = await scratchFolder(t);
  const table = (name: TableName) => join(path, '1', 'net', name);
  await mkdir(join(path, '1', 'net'), { recursive: true });
  const folder: ProcFolder = {
    path,
    table,
    write: (name, established) => writeFile(table(name), tableText(name, established)),
    remove: (name) => rm(table(name)),
  };
  await writeFile(join(path, 'stat'), STAT);
  await writeFile(join(path, '1/net/netstat'), NETSTAT);
  await writeNetDev(path, { eth9: [1_000, 0, 1_000, 0] });
  for (const [name, established] of Object.entries(tables))
    await folder.write(name as TableName, established);
  return folder;
}

/** As the kernel writes it: rows of tcp are padded to 149 characters. */
function tableText(name: TableName, established: number): string {
  const { local, any } = ADDRESSES[name];
  const row = (slot: number, remote: string, state: string) => {
    const text =
      `${String(slot).padStart(4)}: ${local}:1F90 ${remote} ${state} ` +
      `00000000:00000000 00:00000000 00000000     0        0 ${5_000 + slot} 1 0000000000000000 20 4 30 10 -1`;
    return `${name === 'tcp' ? text.padEnd(149) : text}\n`;
  };
  const connections = Array.from({ length: established }, (_, i) => {
    const port = (20_000 + i).toString(16).toUpperCase();
    return row(i + 1, `${local}:${port}`, '01');
  });
  const header = name === 'tcp' ? HEADER.padEnd(149) : HEADER;
  return `${header}\n${row(0, `${any}:0000`, '0A')}${connections.join('')}`;
}
