import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder, makeFolderSync } from '../src/make-folder.js';
import { scratchFolder } from './support/scout-agent.js';

const WAYS = [
  { name: 'makeFolder', make: makeFolder },
  { name: 'makeFolderSync', make: async (path: string, mode?: number) => makeFolderSync(path, mode) },
];

test.each(WAYS)('$name makes what is missing, and leaves what is there', async ({ make }) => {
  const folder = await scratchFolder({ onTestFinished });
  await mkdir(join(folder, 'a'), { mode: 0o700 });
  await make(join(folder, 'a', 'b', 'c'), 0o750);
  await make(join(folder, 'a', 'b', 'c'), 0o700);
  const modes = await Promise.all(
    ['a', 'a/b', 'a/b/c'].map(async (path) => (await stat(join(folder, path))).mode & 0o777),
  );
  expect(modes).toEqual([0o700, 0o750, 0o750]);
});

test.each(WAYS)('$name ends where the kernel makes none', async ({ make }) => {
  const folder = await scratchFolder({ onTestFinished });
  await writeFile(join(folder, 'file'), '');
  await symlink('nowhere/at/all', join(folder, 'link'));
  await expect(make('/proc/nowhere')).rejects.toThrow('ENOENT');
  await expect(make('/proc/nowhere/else')).rejects.toThrow('ENOENT');
  await expect(make(join(folder, 'file'))).rejects.toThrow('EEXIST');
  await expect(make(join(folder, 'file', 'x'))).rejects.toThrow('ENOTDIR');
  await expect(make(join(folder, 'link', 'x'))).rejects.toThrow('EEXIST');
});
