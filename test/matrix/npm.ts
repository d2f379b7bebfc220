import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Where a machine finds its registry; of what `npm run` adds to the environment nothing else reaches another npm. */
const REGISTRY_SETTINGS = /^npm_config_(registry|userconfig|globalconfig|cafile|proxy|https_proxy|noproxy)$/i;

export interface NpmOptions {
  readonly cwd: string;
  /** Path of an `npm-cli.js`; without it the npm of this machine. */
  readonly cli?: string;
  /** Without it the user's own cache. */
  readonly cache?: string;
}

/** Runs npm to its end; rejects with what it said where it fails. */
export async function npm(args: readonly string[], { cwd, cli, cache }: NpmOptions): Promise<string> {
  const [command, ...first] = cli === undefined ? ['npm'] : [process.execPath, cli];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.toLowerCase().startsWith('npm_') || REGISTRY_SETTINGS.test(name),
    ),
  );
  if (cache !== undefined) env.npm_config_cache = cache;
  const { stdout } = await promisify(execFile)(command, [...first, ...args], {
    cwd,
    env,
    maxBuffer: 1024 ** 3,
  });
  return stdout;
}

/** Makes a folder that is an application of its own, with these packages in it. */
export async function installInto(
  folder: string,
  packages: readonly string[],
  options: Omit<NpmOptions, 'cwd'> = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/package.json`, '{ "private": true }\n');
  await npm(['install', '--no-audit', '--no-fund', ...packages], { ...options, cwd: folder });
}
