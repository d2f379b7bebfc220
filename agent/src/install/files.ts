/** Putting a file in place so that nothing of somebody's own is lost. */
import { link, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeReadError } from 'opentelemetry-instrumentation-tcp-connections/config';
import { makeFolder } from '../make-folder.js';
import { writeNew } from '../write-new.js';
import { writing } from './writing.js';

/**
 * @returns the text, or `undefined` where there is no such file
 * @throws {Error} with the path, where it can't be read
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new Error(`${path}: ${describeReadError(error)}`, { cause: error });
  }
}

/**
 * Writes a file where there is none.
 * @throws {Error} where there is one, or where it can't be written
 */
export async function create(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await writing(path, folder, async () => {
    await makeFolder(folder);
    await writeNew(path, text);
  });
}

/**
 * Puts another text into a file that is there, which stays under a name of its own.
 * @returns that name
 * @throws {Error} where it can't be written
 */
export function replace(path: string, text: string): Promise<string> {
  const next = `${path}.new`;
  return writing(path, dirname(path), async () => {
    await writeNew(next, text);
    try {
      const copy = await keepCopy(path);
      await rename(next, path);
      return copy;
    } catch (error) {
      await rm(next);
      throw error;
    }
  });
}

/** Gives a file one more name, which is free. @returns that name */
export async function keepCopy(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const copy = `${path}.bak${number === 1 ? '' : number}`;
    try {
      await link(path, copy);
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
