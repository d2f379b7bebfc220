import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AgentConfigError, readAgentConfig } from '../../src/config/index.js';
import { PLUGIN_KEYS } from '../support/allowed.js';
import { namespaceRefusal } from '../support/namespace.js';
import { folder, mistakesIn, write } from './files.js';

const MIB = 1024 * 1024;

beforeEach(() => {
  vi.stubEnv('HOST_PROC', undefined);
  vi.stubEnv('SCOUT_AGENT_CONFIG', undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** The only mistake, which has no place in the file. */
async function refusal(path?: string): Promise<string> {
  const error: unknown = await readAgentConfig(path).catch((reason: unknown) => reason);
  if (!(error instanceof AgentConfigError)) throw error;
  expect(error.problems).toHaveLength(1);
  expect(error.problems[0]).not.toHaveProperty('line');
  return error.message;
}

describe('which file', () => {
  test('the one that is named, by a path of any form', async () => {
    const file = await write('named.yml', 'proc: /named\n');
    expect(await readAgentConfig(file)).toEqual({ proc: '/named' });
    expect(await readAgentConfig(relative(process.cwd(), file))).toEqual({ proc: '/named' });
    await symlink(file, join(folder, 'link.yml'));
    expect(await readAgentConfig(join(folder, 'link.yml'))).toEqual({ proc: '/named' });
  });

  test('else the one that SCOUT_AGENT_CONFIG names', async () => {
    vi.stubEnv('SCOUT_AGENT_CONFIG', await write('variable.yml', 'proc: /variable\n'));
    expect(await readAgentConfig()).toEqual({ proc: '/variable' });
    expect(await readAgentConfig(await write('named.yml', 'proc: /named\n'))).toEqual({ proc: '/named' });
  });

  test.each([5, null, {}, true])('a path that is %o is refused', async (path) => {
    const reading = readAgentConfig(path as never);
    await expect(reading).rejects.toThrow(TypeError);
    await expect(reading).rejects.toThrow(/^readAgentConfig takes the path of a file, not /);
  });

  test('a named file has to be there', async () => {
    const missing = join(folder, 'missing.yml');
    expect(await refusal(missing)).toBe(`${missing}: no such file`);
    expect(await refusal(join(folder, 'missing', 'agent.env.yml'))).toMatch(/agent\.env\.yml: no such file$/);
    vi.stubEnv('SCOUT_AGENT_CONFIG', missing);
    expect(await refusal()).toBe(`${missing}: no such file (named by SCOUT_AGENT_CONFIG)`);
  });

  const unavailable = namespaceRefusal();
  test.skipIf(unavailable !== undefined)('else the one at the default place, if any', async () => {
    const opt = join(folder, 'opt');
    await mkdir(opt);
    const entry = new URL('../../dist/config/index.js', import.meta.url).href;
    // A mount namespace has an /opt of its own; what else stands there, perhaps node itself, stays in reach.
    const { stdout } = await promisify(execFile)('unshare', [
      '-Urm',
      'sh',
      '-ec',
      `mount --rbind /opt "$1"
       mount -t tmpfs tmpfs /opt
       for path in "$1"/*; do case $path in */\\*|*/scout-agent) ;; *) ln -s "$path" /opt/;; esac; done
       unset SCOUT_AGENT_CONFIG HOST_PROC
       shift
       "$@"
       mkdir /opt/scout-agent
       echo 'proc: /default' > /opt/scout-agent/agent.env.yml
       SCOUT_AGENT_CONFIG= "$@"
       echo 'prco: /default' > /opt/scout-agent/agent.env.yml
       "$@"`,
      'sh',
      opt,
      process.execPath,
      '--input-type=module',
      '-e',
      `import { readAgentConfig } from ${JSON.stringify(entry)};
       console.log(await readAgentConfig().then(JSON.stringify, (error) => error.message));`,
    ]);
    expect(stdout.trim().split('\n')).toEqual([
      '{"proc":"/proc"}',
      '{"proc":"/default"}',
      `/opt/scout-agent/agent.env.yml:1:1: unknown key "prco"; allowed: ${PLUGIN_KEYS}; did you mean proc?`,
    ]);
  });
  if (unavailable !== undefined) console.warn(`the default place is not tested: ${unavailable}`);
});

describe('what is no file to read', () => {
  test('a folder', async () => {
    expect(await refusal(folder)).toBe(`${folder}: is a folder, not a file`);
  });

  test('a device, which could be read for ever', async () => {
    expect(await refusal('/dev/zero')).toBe('/dev/zero: is a device, not a regular file');
  });

  test('a pipe, which could keep it waiting for ever', async () => {
    const pipe = join(folder, 'pipe.yml');
    execFileSync('mkfifo', [pipe]);
    expect(await refusal(pipe)).toBe(`${pipe}: is a pipe, not a regular file`);
  });

  test('a socket', async () => {
    const path = join(folder, 'socket.yml');
    const server = createServer().listen(path);
    await once(server, 'listening');
    try {
      expect(await refusal(path)).toBe(`${path}: is not a regular file`);
    } finally {
      server.close();
    }
  });

  test('more than 1 MiB in a file whose size is 0 by stat, as in procfs', async () => {
    await expect(readAgentConfig('/proc/sys/kernel/ostype')).rejects.toThrow('the file holds text');
    const variables = Array.from({ length: 12 }, (_, index) => [`V${index}`, 'x'.repeat(100_000)]);
    const child = spawn('sleep', ['60'], {
      env: { PATH: process.env.PATH, ...Object.fromEntries(variables) },
    });
    const file = `/proc/${child.pid}/environ`;
    try {
      expect(await refusal(file)).toBe(
        `${file}: has more than 1048576 bytes (1 MiB), which is all that is read`,
      );
    } finally {
      child.kill();
    }
  });

  test('a file of more than 1 MiB', async () => {
    const file = await write('large.yml', '#'.repeat(MIB + 1));
    expect(await refusal(file)).toBe(
      `${file}: has more than 1048576 bytes (1 MiB), which is all that is read`,
    );
    expect(await readAgentConfig(await write('large.yml', '#'.repeat(MIB)))).toEqual({ proc: '/proc' });
  });

  test('a file that this user may not read', async () => {
    const file = await write('private.yml', 'proc: /proc\n');
    await chmod(folder, 0o755);
    await chmod(file, 0o000);
    // Root may read everything: its test runs as nobody.
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65534);
    try {
      expect(await refusal(file)).toBe(
        `${file}: no permission to read it as user ${process.geteuid?.()}; its mode, its owner or a folder above it forbids it`,
      );
    } finally {
      if (root) process.seteuid?.(0);
    }
  });
});

describe('what is no text', () => {
  test('a byte that is not UTF-8, told where it stands', async () => {
    const bytes = Buffer.concat([Buffer.from('proc: /é\nmetrics: '), Buffer.of(0xe9), Buffer.from('\n')]);
    expect(await mistakesIn(bytes, readAgentConfig)).toEqual([
      '2:10: a byte that is not UTF-8; save the file as UTF-8',
    ]);
  });

  test('UTF-16, as some editors save it', async () => {
    const bytes = Buffer.from('\uFEFFproc: /proc\n', 'utf16le');
    expect(await mistakesIn(bytes, readAgentConfig)).toEqual(['1:1: the file is UTF-16; save it as UTF-8']);
  });
});

test('a file with thousands of mistakes is judged, and a hundred of them are told', async () => {
  const file = await write('thousands.yml', 'x: 1\n'.repeat(MIB / 8));
  const error: unknown = await readAgentConfig(file).catch((reason: unknown) => reason);
  if (!(error instanceof AgentConfigError)) throw error;
  expect(error.problems).toHaveLength(MIB / 8);
  const lines = error.message.split('\n');
  expect(lines).toHaveLength(101);
  expect(lines[99]).toBe(`${file}:100:1: the key "x" stands on line 1 already; keep one of them`);
  expect(lines[100]).toBe(`and ${MIB / 8 - 100} more`);
});
