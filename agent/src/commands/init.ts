import { existsSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { configTemplate } from '../config/template.js';
import { makeFolder } from '../make-folder.js';
import { TYPED } from '../started.js';
import { unfinishedName, writeNew } from '../write-new.js';
import { answer } from './answer.js';
import { shellWord } from './shell-word.js';

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
    await makeFolder(dirname(path));
    await writeNew(path, configTemplate());
  } catch (error) {
    throw new Error(explain(path, error as NodeJS.ErrnoException), { cause: error });
  }
  await answer(`${path} written; edit it, then run: ${TYPED} check --config ${shellWord(path)}\n`);
}

function explain(path: string, { code, message, syscall }: NodeJS.ErrnoException): string {
  const already = `is not overwritten; '${TYPED} init -' prints the template`;
  if (existsSync(path)) return `${path} is there already and ${already}`;
  if (code === 'EEXIST' && syscall === 'link') {
    return `${path} is there already, a symbolic link to ${readlinkSync(path)}, which is missing; it ${already}`;
  }
  if ((code === 'EACCES' || code === 'EPERM') && syscall !== 'link') {
    return `${path} can't be written (${code}); run with sudo, or name another place: ${TYPED} init ./agent.env.yml`;
  }
  return `${path} can't be written: ${message.replaceAll(unfinishedName(path), path)}`;
}
