/** `verify`: our counts beside those of other programs. */
import { execFileSync } from 'node:child_process';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Namespace, namespaceRefusal, openNamespace } from '../../../test/support/namespace.js';
import { procFolder } from '../support/proc-folder.js';
import {
  CLI,
  configFile,
  type Ended,
  follow,
  scoutAgent,
  scratchFolder,
  type Test,
} from '../support/scout-agent.js';

const refusal = namespaceRefusal();

/** The table's rows by the name of who counted. */
function rowsOf(stdout: string): Record<string, string[]> {
  const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
  return Object.fromEntries(
    rows.filter((cells) => cells.length === 7).map(([name, ...cells]) => [name, cells]),
  );
}

/** A folder for PATH that holds these programs only. */
async function pathWith(t: Test, ...programs: string[]): Promise<string> {
  const folder = await scratchFolder(t);
  for (const program of programs) {
    const found = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    await symlink(found, join(folder, program));
  }
  return folder;
}

async function script(folder: string, name: string, body: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
  await chmod(join(folder, name), 0o755);
}

describe.skipIf(refusal)('in a quiet namespace', () => {
  let namespace: Namespace;
  beforeAll(async () => {
    namespace = await openNamespace({ ipv4: 30, ipv6: 12, mapped: 5, mappedBoth: 2 });
  });
  afterAll(() => namespace.close());

  const verifyInside = async (t: Test, path = process.env.PATH): Promise<Ended> => {
    const file = await configFile(t, 'interval: 1m\n');
    const command = [process.execPath, CLI, 'verify', '--config', file];
    const child = namespace.spawn('env', ['-i', `PATH=${path}`, ...command]);
    return follow(t, child).ended;
  };

  test('every program agrees with what was opened', async (t) => {
    const { code, stdout, stderr } = await verifyInside(t);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { tcp, tcp6 } = namespace.expected;
    const both = tcp.established + tcp6.established;
    const row = [tcp.established, tcp6.established, both, both, both].map(String);
    expect(rowsOf(stdout)).toMatchObject({
      'cat | awk': [...row, 'same'],
      ss: [...row, 'same'],
      netstat: [...row, 'same'],
    });
    expect(stdout).toContain('in the network namespace of this shell');
    expect(stdout).toContain('\nThe same by hand:\n  cat /proc/self/net/tcp | awk \'$4=="01"\' | wc -l\n');
  });

  test('connections in other namespaces are said to be missing', async (t) => {
    const { stdout } = await scoutAgent(t, ['verify']);
    expect(stdout).toMatch(
      /^Not in these numbers: \d+ established in (another network namespace|\d+ other network namespaces) of this host, /m,
    );
  });

  test('what the configuration leaves out of the exported numbers, or counts apart, is said', async (t) => {
    const config = 'loopback: false\nnamespaces: all\n';
    const { code, stdout } = await scoutAgent(t, ['verify'], { config });
    expect(code).toBe(0);
    expect(stdout).toContain('which `loopback: false` leaves out of what is exported');
    expect(stdout).toContain('`namespaces: all` counts them apart.');
  });

  test('what is given to repeat by hand gives the same', async (t) => {
    const { stdout } = await verifyInside(t);
    const commands = stdout.slice(stdout.indexOf('The same by hand:')).match(/^ {2}.*$/gm) ?? [];
    const { tcp, tcp6 } = namespace.expected;
    const counts = await Promise.all(
      commands.map(async (command) => Number((await namespace.run('sh', ['-c', command])).stdout)),
    );
    expect(counts).toEqual([
      tcp.established,
      tcp6.established,
      tcp.established,
      tcp6.established,
      tcp.established + tcp6.established,
    ]);
  });

  test('a program that counts otherwise while our count stands still is told: exit code 1', async (t) => {
    const path = await pathWith(t, 'cat', 'awk', 'netstat');
    const ss = execFileSync('sh', ['-c', 'command -v ss'], { encoding: 'utf8' }).trim();
    await script(path, 'ss', `${ss} "$@"; case "$1" in -6*) echo one more; echo and another;; esac`);
    const { code, stdout } = await verifyInside(t, path);
    expect(code).toBe(1);
    expect(rowsOf(stdout)).toMatchObject({
      'cat | awk': expect.arrayContaining(['same']),
      ss: expect.arrayContaining(['differs by 0 (ipv4), +2 (ipv6)']),
      netstat: expect.arrayContaining(['same']),
    });
    expect(stdout).toMatch(
      /^ss differs by 0 \(ipv4\), \+2 \(ipv6\) although our count stood still\. .* rows twice .*/m,
    );
  });

  test('rows met twice are no cause of a count that is too low', async (t) => {
    const path = await pathWith(t, 'cat', 'awk');
    await script(path, 'netstat', 'exit 0');
    const { code, stdout } = await verifyInside(t, path);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^netstat differs by -\d+ \(ipv4\), -\d+ \(ipv6\) although our count stood still\. Repeat/m,
    );
    expect(stdout).not.toContain('rows twice');
  });

  test.for([
    ['exit 3', 'exit code 3'],
    ['echo no such option >&2; exit 2', 'exit code 2, no such option'],
    ['echo the kernel said no >&2', 'the kernel said no'],
    ['kill -9 $$', 'ended by SIGKILL'],
  ] as const)('a program that does "%s" gave no count, and the others suffice', async ([body, told], t) => {
    const path = await pathWith(t, 'cat', 'awk', 'ss');
    await script(path, 'netstat', body);
    const { code, stdout } = await verifyInside(t, path);
    expect(code).toBe(0);
    expect(Object.keys(rowsOf(stdout))).toEqual(['counted by', 'cat | awk', 'ss']);
    expect(stdout).toContain(`\nnetstat gave no count: ${told}.\n`);
  });

  test('a broken cat before awk is heard', async (t) => {
    const path = await pathWith(t, 'awk', 'ss');
    await script(path, 'cat', 'exit 1');
    expect((await verifyInside(t, path)).stdout).toContain('\ncat gave no count: exit code 1.\n');
  });

  test('a program that is not installed is named with its package, and the others suffice', async (t) => {
    const { code, stdout } = await verifyInside(t, await pathWith(t, 'cat', 'awk'));
    expect(code).toBe(0);
    expect(Object.keys(rowsOf(stdout))).toEqual(['counted by', 'cat | awk']);
    expect(stdout).toContain(
      '\nss is not installed (package iproute2).\n' + 'netstat is not installed (package net-tools).\n',
    );
  });
});

test.concurrent.for([
  { connections: 0, installed: ['cat'], told: 'awk is not installed (package mawk)' },
  { connections: 12, installed: ['awk'], told: 'cat is not installed (package coreutils)' },
])(
  'with $connections connections, $told leaves nothing to compare with: exit code 1',
  async ({ connections, installed, told }, t) => {
    const { path: proc } = await procFolder(t, { tcp: connections, tcp6: 0 });
    const { code, stdout } = await scoutAgent(t, ['verify'], {
      config: `proc: ${proc}`,
      env: { PATH: await pathWith(t, ...installed) },
    });
    expect(code).toBe(1);
    expect(stdout).toContain('\n\nNothing to compare with.\n');
    expect(stdout).toContain(`\n${told}.\n`);
  },
);

test.concurrent('programs that would count another namespace are not run', async (t) => {
  const { path: proc } = await procFolder(t, { tcp: 12, tcp6: 3 });
  const { code, stdout } = await scoutAgent(t, ['verify'], { config: `proc: ${proc}` });
  expect(code).toBe(0);
  expect(stdout).toContain(`in the network namespace of ${proc}/1`);
  for (const program of ['ss', 'netstat']) {
    expect(stdout).toContain(
      `${program} counts the network namespace of this shell, not the one of ${proc}, and was not run.`,
    );
  }
});

test.concurrent('a host without IPv6 agrees', async (t) => {
  const { path: proc } = await procFolder(t, { tcp: 12 });
  const { code, stdout, stderr } = await scoutAgent(t, ['verify'], { config: `proc: ${proc}` });
  expect(code).toBe(0);
  expect(rowsOf(stdout)).toMatchObject({ 'cat | awk': ['12', '0', '12', '12', '12', 'same'] });
  expect(stdout).not.toContain('tcp6');
  expect(stderr.match(/no IPv6 table/g)).toHaveLength(1);
});

test.concurrent('connections that come and go meanwhile are named as the cause', async (t) => {
  const proc = await procFolder(t, { tcp: 12 });
  const path = await pathWith(t, 'awk');
  // Each reading of the IPv4 table by `cat` opens a connection and meets five rows of it twice.
  const row = `$(sed -n 3p '${proc.table('tcp')}')`;
  await script(
    path,
    'cat',
    `/bin/cat "$1"; case "$1" in *tcp) for i in 1 2 3 4 5; do echo "${row}"; done; echo "${row}" >> "$1";; esac`,
  );
  await symlink('/bin/sed', join(path, 'sed'));
  const { code, stdout } = await scoutAgent(t, ['verify'], {
    config: `proc: ${proc.path}`,
    env: { PATH: path },
  });
  expect(rowsOf(stdout)['cat | awk']?.at(-1)).toBe('changing');
  expect(stdout).toMatch(
    /^cat \| awk: connections opened and closed while it ran, in each of 5 tries; our own two counts differ as well\./m,
  );
  expect(code).toBe(0);
});

test.concurrent('without a count of ours there is nothing to compare: exit code 1', async (t) => {
  const { code, stdout, stderr } = await scoutAgent(t, ['verify'], {
    config: `proc: ${await scratchFolder(t)}`,
    env: { PATH: process.env.PATH ?? '', OTEL_LOG_LEVEL: 'none' },
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^scout-agent: nothing of ours to compare: no ipv4 count: .*; no ipv6 count: .*\n$/);
});
