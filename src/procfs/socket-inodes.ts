/**
 * Text for a thread (thread.ts) that defines `inodesIn(folder)`: the inodes of the links in a folder of descriptors that
 * say `socket:[inode]` (proc_pid_fd(5)), of whatever kind. A descriptor that was closed meanwhile holds no socket. The
 * folder is read in pieces, because the thread has little memory and a process may have a million descriptors.
 */
export const INODES_IN = `
  const { opendirSync, readlinkSync } = require('node:fs');
  const inodesIn = (folder) => {
    const inodes = [];
    const directory = opendirSync(folder, { bufferSize: 1024 });
    try {
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
        try {
          const target = readlinkSync(folder + '/' + entry.name);
          if (target.startsWith('socket:[')) inodes.push(Number(target.slice(8, -1)));
        } catch (error) {
          if (error.code !== 'ENOENT') throw error;
        }
      }
    } finally {
      directory.closeSync();
    }
    return new Float64Array(inodes);
  };
`;
