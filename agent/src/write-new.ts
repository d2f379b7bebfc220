import { link, open, rm } from 'node:fs/promises';

/**
 * Gives a file its name when all of it is on the disk: a full one leaves none behind. `rename` would overwrite.
 * @throws {Error} where there is a file already (EEXIST), or where it can't be written; see {@link unfinishedName}
 */
export async function writeNew(path: string, text: string): Promise<void> {
  const unfinished = unfinishedName(path);
  const file = await open(unfinished, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
    await link(unfinished, path);
  } finally {
    await file.close();
    await rm(unfinished);
  }
}

/** The name under which the file is written, which an error may tell. */
export function unfinishedName(path: string): string {
  return `${path}.${process.pid}`;
}
