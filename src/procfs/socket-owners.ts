import { INODES_IN } from './socket-inodes.js';
import { inThread } from './thread.js';

/** A process that holds sockets. */
export interface SocketOwner {
  /** As the reader's own PID namespace has it. */
  readonly pid: number;
  /** Its command name (proc_pid_comm(5)), at most 15 characters. It may hold any character: the process chooses it. */
  readonly name: string;
  /** Those that were asked for. */
  readonly inodes: readonly number[];
}

/** Who holds sockets, as far as can be seen. */
export interface SocketOwners {
  /** A socket that several processes hold, as after a fork, stands with each of them. */
  readonly owners: readonly SocketOwner[];
  /** Processes whose descriptors the kernel doesn't show: those of other users, without CAP_SYS_PTRACE. */
  readonly refused: number;
}

interface Held {
  readonly pid: number;
  readonly comm: string;
  readonly cmdline: string;
  readonly inodes: Float64Array;
}

/** A process that ended meanwhile is left out. */
const READ_OWNERS = `${INODES_IN}
  const { readdirSync, readFileSync } = require('node:fs');
  const { parentPort, workerData: proc } = require('node:worker_threads');
  const text = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };
  const held = [];
  let refused = 0;
  for (const pid of readdirSync(proc).filter((name) => /^[0-9]+$/.test(name))) {
    const folder = proc + '/' + pid;
    try {
      const inodes = inodesIn(folder + '/fd');
      if (inodes.length > 0) {
        held.push({ pid: Number(pid), comm: text(folder + '/comm'), cmdline: text(folder + '/cmdline'), inodes });
      }
    } catch ({ code }) {
      if (code === 'EACCES' || code === 'EPERM') refused++;
    }
  }
  parentPort.postMessage({ held, refused });
`;

/**
 * Finds the processes that hold these sockets, in a thread of its own, because it asks the kernel for each descriptor of
 * the host. Processes that are hidden (`hidepid`) are left out.
 * @param inodes as the kernel's tables name them
 * @throws {Error} where `<proc>` can't be listed
 */
export async function readSocketOwners(proc: string, inodes: ReadonlySet<number>): Promise<SocketOwners> {
  const { held, refused } = await inThread<{ held: Held[]; refused: number }>(READ_OWNERS, proc);
  const owners = held.map((process) => ({
    pid: process.pid,
    name: nameOf(process),
    // A process may hold one socket under several descriptors.
    inodes: [...new Set(process.inodes)].filter((inode) => inodes.has(inode)),
  }));
  return { owners: owners.filter(({ inodes }) => inodes.length > 0), refused };
}

/** What newer Nodes call their first thread, and thereby their process (nodejs/node pull requests 56416 and 61307). */
const NODE_MAIN_THREAD = /^(node-)?MainThread$/;

function nameOf({ comm, cmdline }: Held): string {
  const name = comm.replace(/\n$/, '');
  if (!NODE_MAIN_THREAD.test(name)) return name;
  const [program = ''] = cmdline.split('\0', 1);
  return program.slice(program.lastIndexOf('/') + 1) || name;
}
