/**
 * Makes a folder and those above it. Node's `recursive` never ends where the kernel answers ENOENT though the folder above is
 * there, as procfs and autofs do: it makes the one above and tries again, for ever (seen with Node 20.20 and 24.21).
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** @throws {Error} where a folder can't be made; one that is there is not touched */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  const make = () => mkdir(path, mode).catch((error) => throwUnlessThere(path, error));
  try {
    await make();
  } catch (error) {
    if (!isMissing(error) || (await exists(dirname(path)))) throw error;
    await makeFolder(dirname(path), mode);
    await make();
  }
}

/** As {@link makeFolder}, for a thread that has nothing else to do. */
export function makeFolderSync(path: string, mode = 0o777): void {
  const make = () => {
    try {
      mkdirSync(path, mode);
    } catch (error) {
      throwUnlessThere(path, error);
    }
  };
  try {
    make();
  } catch (error) {
    if (!isMissing(error) || existsSync(dirname(path))) throw error;
    makeFolderSync(dirname(path), mode);
    make();
  }
}

function throwUnlessThere(path: string, error: unknown): void {
  const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
  if (!isThere || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
