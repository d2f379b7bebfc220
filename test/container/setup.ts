/** Builds the image by the Dockerfile as it stands, once for all test files. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { debianRootOf } from '../package/debian-root.js';
import { buildEngines } from '../stack/engines/build.js';
import { BUILD } from './dockerfile.js';
import { containerRefusal, startContainerHost } from './host.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of podman's that has the image `scout-agent`. */
    storage: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the Dockerfile begins with. There is no registry to pull it from, so it is made of Debian's packages. */
const BASE = { suite: 'trixie', image: 'docker.io/library/debian:trixie-slim' };

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  project.provide('engines', buildEngines('kustomize', 'kubernetes-validate', 'pod-security'));
  if (containerRefusal() !== undefined) return undefined;
  const storage = await mkdtemp(join(tmpdir(), 'containers-'));
  const remove = () => rm(storage, { recursive: true, force: true });
  try {
    await buildImage(storage);
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('storage', storage);
  return remove;
}

async function buildImage(storage: string): Promise<void> {
  const graph = join(storage, 'graph');
  await mkdir(graph);
  await writeFile(
    join(storage, 'storage.conf'),
    // The driver that works on every file system.
    `[storage]\ndriver = "vfs"\ngraphroot = "${graph}"\nrunroot = "/run/containers/storage"\n`,
  );
  const { environment, volumes } = await registry();
  const changes = environment.map((variable) => `--change=ENV ${variable}`);
  const base = await debianRootOf(BASE.suite);
  const host = await startContainerHost(storage);
  try {
    await host.run(
      ...['sh', '-ec', 'root=$1; shift; tar -C "$root" -c . | podman import "$@"', 'sh', base],
      ...[...changes, '-', BASE.image],
    );
    await host.run(
      ...[
        'sh',
        '-ec',
        `cd "$1"; shift; docker() { nice podman "$@"; }; ${BUILD.replace(/build/, '$& "$@"')}`,
      ],
      ...['sh', ROOT, '--isolation', 'chroot', '--network', 'host', '--pull-never', '--layers=false'],
      ...volumes.flatMap((volume) => ['--volume', volume]),
    );
  } catch (error) {
    throw new Error(
      `the image could not be built:\n${(error as { stdout?: string }).stdout?.slice(-5_000)}`,
      {
        cause: error,
      },
    );
  } finally {
    await host.end();
  }
}

/** How npm in the build reaches the registry that this machine's npm is set to. */
async function registry(): Promise<{ environment: string[]; volumes: string[] }> {
  const { stdout } = await promisify(execFile)('npm', ['config', 'list', '--json'], { cwd: ROOT });
  const { registry, cafile }: { registry: string; cafile: string | null } = JSON.parse(stdout);
  const authorities = '/etc/ssl/registry-authorities.pem';
  return {
    environment: [`npm_config_registry=${registry}`, ...(cafile ? [`npm_config_cafile=${authorities}`] : [])],
    volumes: cafile ? [`${cafile}:${authorities}:ro`] : [],
  };
}
