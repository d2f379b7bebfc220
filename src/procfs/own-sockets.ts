import { inThread } from './thread.js';

/** The sockets that this process held at one moment, of whatever kind. */
export interface OwnSockets {
  /** Differs from reading to reading. */
  readonly id: number;
  readonly inodes: ReadonlySet<number>;
}

/**
 * Lists the inodes of the links in `/proc/self/fd` that say `socket:[inode]` (proc_pid_fd(5)); a descriptor that was
 * closed meanwhile holds no socket.
 */
const READ_INODES = `
  const { readdirSync, readlinkSync } = require('node:fs');
  const { parentPort } = require('node:worker_threads');
  const inodes = [];
  for (const name of readdirSync('/proc/self/fd')) {
    try {
      const target = readlinkSync('/proc/self/fd/' + name);
      if (target.startsWith('socket:[')) inodes.push(Number(target.slice(8, -1)));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  parentPort.postMessage(new Float64Array(inodes));
`;

let inFlight: Promise<OwnSockets> | undefined;
let readings = 0;

/**
 * Reads which sockets this process holds; the kernel's tables name the same inodes. A reading that is in flight is shared.
 *
 * At 10,000 descriptors it costs the main loop 1 ms, where links read by callbacks cost it 60; a thread that is kept
 * would cost the application 10 MB.
 * @throws {Error} where the folder can't be read, as in a process that is not dumpable (PR_SET_DUMPABLE in prctl(2))
 */
export function readOwnSockets(): Promise<OwnSockets> {
  inFlight ??= read().finally(() => {
    inFlight = undefined;
  });
  return inFlight;
}

async function read(): Promise<OwnSockets> {
  return { id: ++readings, inodes: new Set(await inThread<Float64Array>(READ_INODES)) };
}
