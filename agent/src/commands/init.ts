import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { configTemplate } from '../config/template.js';
import { answer } from './answer.js';

/**
 * Writes a commented agent.env.yml, or prints it where the path is `-`.
 * @throws {Error} where there is a file already, which is never overwritten, or where it can't be written
 */
export async function init(path: string): Promise<void> {
  if (path === '-') {
    await answer(configTemplate());
    return;
  }
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, configTemplate(), { flag: 'wx' });
  } catch (error) {
    throw new Error(explain(path, error as NodeJS.ErrnoException), { cause: error });
  }
  await answer(`${path} written; edit it, then run: scout-agent check --config ${path}\n`);
}

function explain(path: string, { code, message, syscall }: NodeJS.ErrnoException): string {
  // A file in the place of a folder is EEXIST too, of `mkdir`.
  if (code === 'EEXIST' && syscall === 'open') {
    return `${path} is there already and is not overwritten; 'scout-agent init -' prints the template`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `${path} can't be written (${code}); run with sudo, or name another place: scout-agent init ./agent.env.yml`;
  }
  return `${path} can't be written: ${message}`;
}
