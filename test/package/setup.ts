/** What the tests install, and where: the bundles of `npm run package`, a later release of them, and a Debian without Node. */
import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { debianRoot } from './debian-root.js';

export interface Release {
  readonly version: string;
  readonly deb: string;
  readonly rpm: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `npm run package` has left its files. */
    packages: string;
    /** Its files for this machine's processor. */
    release: Release;
    /** The same with a higher version and another commented agent.env.yml. */
    later: Release;
    /** {@link debianRoot} with systemd and rpm. */
    debian: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const packages = join(ROOT, 'build/package');
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const release = releaseIn(packages, version);
  project.provide('packages', packages);
  project.provide('release', release);
  project.provide('debian', await debianRoot('rpm', 'systemd'));

  const folder = await mkdtemp(join(tmpdir(), 'package-'));
  project.provide('later', await laterThan(release, folder));
  return () => rm(folder, { recursive: true, force: true });
}

function releaseIn(folder: string, version: string): Release {
  const [deb, rpm] = process.arch === 'arm64' ? ['arm64', 'aarch64'] : ['amd64', 'x86_64'];
  return {
    version,
    deb: join(folder, `scout-agent_${version}_${deb}.deb`),
    rpm: join(folder, `scout-agent-${version}-1.${rpm}.rpm`),
  };
}

async function laterThan({ version, deb }: Release, folder: string): Promise<Release> {
  const later = version.replace(/^\d+/, (major) => String(Number(major) + 1));
  const staged = join(folder, 'staged');
  await mkdir(staged);
  await run('dpkg-deb', ['-x', deb, staged]);
  await appendFile(join(staged, 'opt/scout-agent/share/agent.env.yml'), '## New in this version.\n');
  for (const format of ['deb', 'rpm'])
    await run('sh', ['scripts/package/nfpm.sh', format, process.arch, later, staged, folder], { cwd: ROOT });
  await rm(staged, { recursive: true });
  return releaseIn(folder, later);
}
