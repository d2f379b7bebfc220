import { netPath } from './table-path.js';
import { inThread } from './thread.js';

/** A network namespace of the host, as found by the processes in it. */
export interface NetworkNamespace {
  /**
   * What it is known by on this host: the id of its lowest process's container, shortened to 12 digits as container tools
   * do, or its systemd service; both outlive a restart of the process. Else the inode number of its tables, which lasts as
   * long as the namespace and is not the number that lsns(8) shows; it also follows where two have one name.
   */
  readonly name: string;
  /** The lowest process in it, and what it is called. */
  readonly pid: number;
  readonly process: string;
  readonly processes: number;
  /** Whether it is the one that `<proc>`'s own tables belong to. */
  readonly own: boolean;
  /** The folder of its tables. */
  readonly tables: string;
}

interface Found {
  readonly inode: number;
  readonly pid: number;
  readonly processes: number;
  readonly cgroup: string;
  readonly comm: string;
}

/**
 * Groups the processes by the inode number of `<proc>/<pid>/net/tcp`, which differs by namespace (each has its own tree,
 * proc_net_ns_init in fs/proc/proc_net.c) and may be read by all, unlike the link `<proc>/<pid>/ns/net`.
 */
const FIND = `
  const { readdirSync, readFileSync, statSync } = require('node:fs');
  const { parentPort, workerData: { proc, ownTable } } = require('node:worker_threads');
  const attempt = (read) => { try { return read(); } catch { return undefined; } };
  const inodeOf = (table) => attempt(() => statSync(table).ino);
  const found = new Map();
  const pids = readdirSync(proc).filter((name) => /^[0-9]+$/.test(name)).map(Number).sort((a, b) => a - b);
  for (const pid of pids) {
    const inode = inodeOf(proc + '/' + pid + '/net/tcp');
    if (inode === undefined) continue;
    const known = found.get(inode);
    if (known !== undefined) known.processes++;
    else {
      const text = (name) => attempt(() => readFileSync(proc + '/' + pid + '/' + name, 'latin1').trim()) ?? '';
      found.set(inode, { inode, pid, processes: 1, cgroup: text('cgroup'), comm: text('comm') });
    }
  }
  parentPort.postMessage({ own: inodeOf(ownTable), found: [...found.values()] });
`;

/**
 * Finds the network namespaces that have a process in them, in the order of their lowest process. One without, as
 * `ip netns add` leaves it, has no table under `<proc>` and is not found; nor are processes that are hidden (`hidepid`).
 * @throws {Error} where `<proc>` can't be listed
 */
export async function findNetworkNamespaces(proc: string): Promise<NetworkNamespace[]> {
  const ownTable = netPath(proc, 'tcp');
  const { own, found } = await inThread<{ own?: number; found: Found[] }>(FIND, { proc, ownTable });
  const names = found.map(nameOf);
  return found.map(({ inode, pid, processes, comm }, i) => {
    const name = names[i] as string;
    const isUnique = names.indexOf(name) === names.lastIndexOf(name);
    return {
      name: isUnique ? name : `${name} ${inode}`,
      pid,
      process: comm,
      processes,
      own: inode === own,
      tables: `${proc}/${pid}/net`,
    };
  });
}

/** The last part of a cgroup's path names the container or service (cgroups(7)); a line of cgroup v2 begins with `0::`. */
function nameOf({ cgroup, inode }: Found): string {
  const path = /^0::(.*)$/m.exec(cgroup)?.[1] ?? /^\d+:[^:]*:(.*)$/m.exec(cgroup)?.[1] ?? '';
  const container = /[0-9a-f]{64}/.exec(path)?.[0];
  if (container !== undefined) return container.slice(0, 12);
  return /([^/]+\.service)$/.exec(path)?.[1] ?? String(inode);
}
