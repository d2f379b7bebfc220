/** A minimal Debian (or what this machine's release is) without Node, made once and kept for later runs. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The folder that holds it. Everybody shares it, so nobody writes into it; debian.ts puts a layer of its own above.
 * @param packages what is in it beside the packages that every Debian has
 * @throws {Error} without root's rights or debootstrap, and where the mirror can't be reached
 */
export async function debianRoot(...packages: readonly string[]): Promise<string> {
  return debianRootOf(await codename(), ...packages);
}

/** The same, of a release by its name. */
export async function debianRootOf(suite: string, ...packages: readonly string[]): Promise<string> {
  if (process.geteuid?.() !== 0)
    throw new Error('a Debian root can only be made by root: run these tests as root');
  const cache = cacheFolder();
  const finished = join(cache, ['debian', suite, ...packages].join('-'));
  if (existsSync(finished)) return finished;

  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, '.debian-'));
  try {
    const root = join(unfinished, 'root');
    const include = packages.length > 0 ? [`--include=${packages.join(',')}`] : [];
    await run('debootstrap', ['--variant=minbase', ...include, suite, root, await mirror()], {
      maxBuffer: 1024 ** 3,
    }).catch((error: Error & { stdout?: string }) => {
      throw new Error(`debootstrap failed: ${error.message}\n${error.stdout ?? ''}`, { cause: error });
    });
    // Whoever comes second finds the place taken by the same.
    await rename(root, finished).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY') throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return finished;
}

/** Where the engines of test/stack are kept as well. */
function cacheFolder(): string {
  const { SCOUT_ENGINES_CACHE, XDG_CACHE_HOME } = process.env;
  return SCOUT_ENGINES_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'scout-agent-engines');
}

async function codename(): Promise<string> {
  const name = /^VERSION_CODENAME="?([\w-]+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  if (name === undefined) throw new Error('/etc/os-release names no release that debootstrap could take');
  return name;
}

/** The mirror that this machine's apt has for its own release; a mirror has them all. */
async function mirror(): Promise<string> {
  const suite = await codename();
  const { stdout } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(RELEASE) $(COMPONENT) $(REPO_URI)',
    'Created-By: Packages',
  ]);
  const [, , address] =
    stdout
      .split('\n')
      .map((line) => line.split(' '))
      .find(([release, component]) => release === suite && component === 'main') ?? [];
  if (address === undefined)
    throw new Error(`the sources of apt have no mirror for ${suite} main:\n${stdout}`);
  return address;
}
