/** The .rpm, on a Debian that has rpm: installed, upgraded, downgraded and removed. */
import { existsSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { CONFIG, ENABLED, heldIn, type Server, startServer, TEMPLATE, UNTIL_READ } from './server.js';

const release = inject('release');
const later = inject('later');
const EDITED = 'metrics: [tcp_states]\n';

// Its database knows nothing of what dpkg has installed, libc for one; files.test.ts holds what it asks for to what is used.
const rpm = (server: Server, ...args: string[]) => server.run('rpm', '--force-debian', '--nodeps', ...args);
const install = async (server: Server, file: string) =>
  rpm(server, '-U', '--oldpackage', await server.bring(file));
const version = async (server: Server) => (await server.run('rpm', '-q', 'scout-agent')).stdout;

test('a server without Node installs it, enabled and not yet started, and is told what to do next', async () => {
  const server = await startServer();
  const { stdout, stderr } = await install(server, release.rpm);
  expect(stderr).toBe('');
  expect(stdout).toContain(`scout-agent starts at boot. Say in ${CONFIG} what to count`);
  expect(stdout).toContain('\n  scout-agent check && sudo systemctl restart scout-agent\n');
  expect(await version(server)).toContain(`scout-agent-${release.version}-1.`);
  expect(await server.property('UnitFileState')).toBe('enabled');
  expect(await server.property('ActiveState')).toBe('inactive');
  expect(await server.counted()).toEqual(heldIn(server.namespace));
  // Owner, mode, size and digest of every file are as in the package.
  expect((await server.run('rpm', '-V', '--nodeps', 'scout-agent')).stdout).toBe('');
  expect((await server.run('rpm', '-qc', 'scout-agent')).stdout).toBe(`${CONFIG}\n`);
});

test('up and down again, a running service is started anew, and a stopped or disabled one stays so', async () => {
  const server = await startServer();
  await install(server, release.rpm);
  await server.run('sh', '-c', 'scout-agent check && systemctl restart scout-agent');
  for (const target of [later, release]) {
    const before = await server.property('MainPID');
    await install(server, target.rpm);
    expect(await version(server)).toContain(`scout-agent-${target.version}-1.`);
    expect(await server.property('ActiveState')).toBe('active');
    expect(await server.property('MainPID')).not.toBe(before);
  }
  await server.run('systemctl', 'disable', '--now', 'scout-agent');
  await install(server, later.rpm);
  expect(await server.property('ActiveState')).toBe('inactive');
  expect(await server.property('UnitFileState')).toBe('disabled');
});

test('one that runs goes on where the new version refuses its file, and that is said', async () => {
  const server = await startServer();
  await install(server, release.rpm);
  await server.write(CONFIG, EDITED);
  await server.run('systemctl', 'start', 'scout-agent');
  await server.run('sh', '-c', UNTIL_READ);
  const pid = await server.property('MainPID');
  await server.write(CONFIG, 'metrics: [tcp_conections]\n');
  const { stdout, stderr } = await install(server, later.rpm);
  expect(stdout).toContain(
    `scout-agent: this version refuses ${CONFIG}, for the reason above, and the version before`,
  );
  expect(stderr).toContain(`${CONFIG}:1:11: metrics: unknown name`);
  expect(await server.property('MainPID')).toBe(pid);
  expect(await server.property('ActiveState')).toBe('active');
});

test('an edited agent.env.yml outlives everything, and an unedited one is that of the version', async () => {
  const server = await startServer();
  await install(server, release.rpm);
  await install(server, later.rpm);
  expect(await server.read(CONFIG)).toBe(await server.read(TEMPLATE));
  expect(await server.read(CONFIG)).toContain('## New in this version.\n');

  await server.write(CONFIG, EDITED);
  for (const target of [release, later]) {
    await install(server, target.rpm);
    expect(await server.read(CONFIG)).toBe(EDITED);
  }
  await rpm(server, '-e', 'scout-agent');
  expect(await server.read(`${CONFIG}.rpmsave`)).toBe(EDITED);
});

test('erased it runs no more, and nothing is left behind but the history', async () => {
  const server = await startServer();
  const before = await server.files();
  await install(server, release.rpm);
  await server.run('systemctl', 'start', 'scout-agent');
  const pid = await server.property('MainPID');
  expect((await rpm(server, '-e', 'scout-agent')).stderr).toBe('');
  expect(existsSync(server.path(`/proc/${pid}`))).toBe(false);
  expect(await server.property('LoadState')).toBe('not-found');
  const state = ['/var/lib/private/scout-agent', '/var/lib/scout-agent'];
  const left = await server.files();
  expect(left).toEqual(expect.arrayContaining(state));
  expect(left.filter((path) => !state.some((folder) => path.startsWith(folder)))).toEqual(before);
});

test('where systemd does not run it installs, counts and goes without a word of complaint', async () => {
  const server = await startServer({ systemd: false });
  const before = await server.files();
  expect((await install(server, release.rpm)).stderr).toBe('');
  expect((await server.run('readlink', ENABLED)).stdout).toMatch(
    /\/lib\/systemd\/system\/scout-agent\.service\n/,
  );
  expect(await server.counted()).toEqual(heldIn(server.namespace));
  expect((await install(server, later.rpm)).stderr).toBe('');
  expect((await rpm(server, '-e', 'scout-agent')).stderr).toBe('');
  expect(await server.files()).toEqual(before);
});
