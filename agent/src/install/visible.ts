/** What the service can see of the file system, told before it fails for it at its start. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** systemd.exec(5): what the directives of the unit hide. */
const HIDDEN: readonly [folder: string, directive: string][] = [
  ['/home', 'ProtectHome=yes'],
  ['/root', 'ProtectHome=yes'],
  ['/run/user', 'ProtectHome=yes'],
  ['/tmp', 'PrivateTmp=yes'],
  ['/var/tmp', 'PrivateTmp=yes'],
  ['/dev', 'PrivateDevices=yes'],
];

const OTHERS_READ = 0o004;
const OTHERS_ENTER = 0o001;

/**
 * Why the service can't use a file: a directive of its unit hides the folder, or a user who owns nothing may not read it.
 * @param path absolute, on the host that the unit is for
 * @param root where that host's root folder is now; empty for this host
 * @returns `undefined` where the service can read it, or where there is no such file yet
 */
export async function hiddenFromService(path: string, root = ''): Promise<string | undefined> {
  const hidden = HIDDEN.find(([folder]) => path.startsWith(`${folder}/`));
  if (hidden) return `${path} is under ${hidden[0]}, which the hardened unit can't see (${hidden[1]})`;
  for (const folder of foldersAbove(path)) {
    const refused = await without(OTHERS_ENTER, root, folder);
    if (refused) return `${path} can't be reached by the service's user: ${refused}`;
  }
  const refused = await without(OTHERS_READ, root, path);
  return refused && `${path} can't be read by the service's user: ${refused}`;
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === '/' ? [] : [...foldersAbove(folder), folder];
}

async function without(right: number, root: string, path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(join(root, path));
    if ((mode & right) !== 0) return undefined;
    return `${path} has the mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
