import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.js';

/**
 * Writes a file anew, whole or not at all: who reads it meanwhile, or after a crash, finds the old text or the new one.
 * For one writer at a time.
 * @throws {Error} where it can't be written; the old file is there then
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path), 0o750);
  const next = `${path}.new`;
  try {
    const file = await open(next, 'w', 0o640);
    try {
      await file.writeFile(text);
      // Else a power cut may leave the new name with no content.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true }).catch(() => {});
    throw error;
  }
}
