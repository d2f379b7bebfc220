import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderSync } from '../make-folder.js';

/**
 * The path of a file in the history's folder, which is made where it is not there.
 * @throws {Error} where the folder or the file can't be written; libsql says no more than that it could not open the file
 */
export function writableFile(directory: string, name: string): string {
  makeFolderSync(directory, 0o750);
  accessSync(directory, constants.W_OK);
  const file = join(directory, name);
  if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
  return file;
}
