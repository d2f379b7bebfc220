import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { netPath } from './table-path.js';
import { readTcpTable } from './tcp-table.js';
import { TcpTableError } from './tcp-table-error.js';

/** A network namespace of the host, as found by the processes in it. */
export interface NetworkNamespace {
  /** The lowest process in it, whose `<proc>/<pid>/net` is the namespace's. */
  readonly pid: number;
  readonly processes: number;
  /** ESTABLISHED, IPv4 and IPv6 together. */
  readonly established: number;
  /** Whether it is the one that `<proc>`'s own tables belong to. */
  readonly own: boolean;
}

/** Processes that are looked at together. */
const BATCH = 64;

/**
 * Finds the network namespaces that have a process in them, with what each holds. One without a process, as `ip netns add`
 * leaves it, has no table under `<proc>` and is not found.
 *
 * They are told apart by the inode number of `<proc>/<pid>/net/tcp`, which differs by namespace (proc_net_ns_init in
 * fs/proc/proc_net.c gives each its own tree) and may be read by all, unlike the link `<proc>/<pid>/ns/net`. Processes
 * that are hidden (`hidepid`) or that end meanwhile are left out.
 * @throws {Error} where `<proc>` can't be listed
 */
export async function findNetworkNamespaces(proc: string): Promise<NetworkNamespace[]> {
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
  pids.sort((a, b) => a - b);
  const byInode = new Map<number, number[]>();
  for (let i = 0; i < pids.length; i += BATCH) {
    const batch = pids.slice(i, i + BATCH);
    const inodes = await Promise.all(batch.map((pid) => tableInode(join(proc, String(pid), 'net/tcp'))));
    for (const [place, inode] of inodes.entries()) {
      if (inode === undefined) continue;
      const known = byInode.get(inode) ?? [];
      byInode.set(inode, [...known, batch[place] as number]);
    }
  }
  const own = await tableInode(netPath(proc, 'tcp'));
  const found = await Promise.all(
    Array.from(byInode, async ([inode, [pid = 0, ...others]]) => {
      const established = await establishedOf(join(proc, String(pid), 'net'));
      return established === undefined
        ? []
        : [{ pid, processes: 1 + others.length, established, own: inode === own }];
    }),
  );
  return found.flat().sort((a, b) => b.established - a.established || a.pid - b.pid);
}

async function tableInode(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ ino }) => ino,
    () => undefined,
  );
}

/** A host without IPv6 has no tcp6; a process that has ended has neither. */
async function establishedOf(net: string): Promise<number | undefined> {
  try {
    const counts = await Promise.all([
      readTcpTable(join(net, 'tcp')),
      readTcpTable(join(net, 'tcp6')).catch((error: unknown) => {
        if (error instanceof TcpTableError && error.code === 'missing') return undefined;
        throw error;
      }),
    ]);
    return counts.reduce((sum, count) => sum + (count?.established ?? 0), 0);
  } catch (error) {
    if (error instanceof TcpTableError) return undefined;
    throw error;
  }
}
