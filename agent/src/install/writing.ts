/** What is told where a file can't be put in place: which one, why, and how to mend it. */
import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unfinishedName } from '../write-new.js';

/**
 * Asks whether a file could be written, so that the one before it is not written in vain.
 * @throws {Error} as {@link writing} does
 */
export async function checkWritable(path: string): Promise<void> {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  // With the dot, what is no folder is refused.
  await writing(path, folder, () => access(`${folder}/.`, constants.W_OK | constants.X_OK));
}

/** @throws {Error} with the file that was to be written in place of a temporary one, with the reason and the remedy */
export async function writing<T>(path: string, folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const reason = reasonOf(error as NodeJS.ErrnoException, folder);
    throw new Error(`${path} can't be written: ${reason}`, { cause: error });
  }
}

function reasonOf({ code, syscall, message }: NodeJS.ErrnoException, folder: string): string {
  switch (code) {
    case 'EROFS':
      return `${folder} is on a file system that is mounted read-only; mount it writable, and install again`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `the file system of ${folder} is full; make room, and install again`;
    case 'ENOTDIR':
      return `${folder} is not a folder; move it away, and install again`;
  }
  // A link is refused where the file system has none.
  if ((code === 'EACCES' || code === 'EPERM') && syscall !== 'link')
    return `user ${process.geteuid?.()} may not write to ${folder} (${code}); change its owner, mode or attributes (lsattr), or use sudo`;
  return message.replaceAll(unfinishedName(''), '');
}
