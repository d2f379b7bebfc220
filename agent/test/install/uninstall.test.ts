/** `uninstall`: what it takes away and what stays. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { PROCESSES_PATH } from '../../src/install/processes.js';
import { PACKAGED_UNIT_PATH, PRIVATE_STATE_PATH, STATE_PATH, UNIT_PATH } from '../../src/install/unit.js';
import { scratchFolder } from '../support/scout-agent.js';
import { onHost } from './host.js';

const CONFIG_PATH = '/opt/scout-agent/agent.env.yml';
const INSTALL = 'scout_agent install --root "$1" >/dev/null';
const UNINSTALL = 'scout_agent uninstall --root "$1"';

test.concurrent('what install wrote and nobody edited goes, its empty folder too', async (t) => {
  const root = await scratchFolder(t);
  const { code, stdout, stderr } = await onHost(t, `${INSTALL}; ${UNINSTALL}`, root);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(`${root}${UNIT_PATH}: removed\n${root}${CONFIG_PATH}: removed\n`);
  expect(await readdir(join(root, UNIT_PATH, '..'))).toEqual([]);
  expect(await readdir(join(root, 'opt'))).toEqual([]);
});

test.concurrent('so does the drop-in of --processes', async (t) => {
  const root = await scratchFolder(t);
  const { code, stdout } = await onHost(
    t,
    `scout_agent install --root "$1" --processes >/dev/null; ${UNINSTALL}`,
    root,
  );
  expect(code).toBe(0);
  expect(stdout).toContain(`${root}${PROCESSES_PATH}: removed\n`);
  expect(await readdir(join(root, UNIT_PATH, '..'))).toEqual([]);
});

test.concurrent('where nothing is installed it says so', async (t) => {
  const root = await scratchFolder(t);
  const { code, stdout } = await onHost(t, UNINSTALL, root);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `${root}${UNIT_PATH}: not there\n${root}${CONFIG_PATH}: not there\n`,
  });
});

test.concurrent('an edited agent.env.yml stays until --purge', async (t) => {
  const root = await scratchFolder(t);
  await onHost(t, INSTALL, root);
  await writeFile(join(root, CONFIG_PATH), 'metrics: [tcp_states]\n');
  const first = await onHost(t, UNINSTALL, root);
  expect(first).toMatchObject({ code: 0 });
  expect(first.stdout).toContain(
    `${root}${CONFIG_PATH}: kept, because it was edited; --purge removes it too\n`,
  );
  expect(await readFile(join(root, CONFIG_PATH), 'utf8')).toBe('metrics: [tcp_states]\n');
  expect((await onHost(t, `${UNINSTALL} --purge`, root)).stdout).toContain(
    `${root}${CONFIG_PATH}: removed\n`,
  );
  expect(await readdir(join(root, 'opt'))).toEqual([]);
});

test.concurrent("a package's unit and agent.env.yml stay", async (t) => {
  const root = await scratchFolder(t);
  const path = join(root, PACKAGED_UNIT_PATH);
  await onHost(t, INSTALL, root);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '# of a package\n');
  const { code, stdout } = await onHost(t, `${UNINSTALL} --purge`, root);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `${root}${UNIT_PATH}: removed\n${path}: belongs to a package, which apt or dnf removes together with agent.env.yml\n`,
  });
  expect(await readdir(join(root, CONFIG_PATH, '..'))).toEqual(['agent.env.yml']);
});

test.concurrent("somebody else's files beside agent.env.yml stay", async (t) => {
  const root = await scratchFolder(t);
  await onHost(t, INSTALL, root);
  await writeFile(join(root, CONFIG_PATH, '..', 'otlp-token'), 'secret');
  expect(await onHost(t, `${UNINSTALL} --purge`, root)).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(join(root, CONFIG_PATH, '..'))).toEqual(['otlp-token']);
});

test.concurrent('an edited unit leaves a copy, one for another program does not', async (t) => {
  const root = await scratchFolder(t);
  const path = join(root, UNIT_PATH);
  await onHost(t, INSTALL, root);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/^ExecStart=.*/m, 'ExecStart=/usr/bin/node /usr/lib/other/cli.js run'));
  expect((await onHost(t, UNINSTALL, root)).stdout).toContain(`${path}: removed\n`);
  expect(await readdir(join(path, '..'))).toEqual([]);
  await writeFile(path, text.replace('MemoryMax=256M', 'MemoryMax=1G'));
  expect((await onHost(t, UNINSTALL, root)).stdout).toContain(
    `${path}: removed; a copy, because it was edited, is ${path}.bak\n`,
  );
  expect(await readFile(`${path}.bak`, 'utf8')).toContain('MemoryMax=1G');
});

test.concurrent('the history stays until --purge, under both of its names', async (t) => {
  const root = await scratchFolder(t);
  await onHost(t, INSTALL, root);
  await mkdir(join(root, PRIVATE_STATE_PATH), { recursive: true });
  await writeFile(join(root, PRIVATE_STATE_PATH, 'history.db'), '');
  await symlink('private/scout-agent', join(root, STATE_PATH));
  const kept = await onHost(t, UNINSTALL, root);
  expect(kept.stdout).toContain(`${root}${STATE_PATH}: kept, the history is in it; --purge removes it too\n`);
  expect(await readdir(join(root, STATE_PATH))).toEqual(['history.db']);
  const purged = await onHost(t, `${UNINSTALL} --purge`, root);
  expect(purged.stdout).toContain(`${root}${STATE_PATH}: removed\n`);
  expect(await readdir(join(root, '/var/lib'))).toEqual(['private']);
  expect(await readdir(join(root, '/var/lib/private'))).toEqual([]);
});
