// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of dpkg-query's format
/** The .deb on a Debian: installed, started, upgraded, downgraded, removed and purged. */
import { existsSync } from 'node:fs';
import { describe, expect, inject, test, vi } from 'vitest';
import { establishedIn, startReceiver } from '../support/otlp-receiver.js';
import { ASK_FOR_PAGE, PAGE } from '../support/page.js';
import { CONFIG, ENABLED, heldIn, type Server, startServer, TEMPLATE, UNTIL_READ } from './server.js';

const release = inject('release');
const later = inject('later');
const EDITED = 'metrics: [tcp_states]\n';
const DROP_IN = '/etc/systemd/system/scout-agent.service.d/processes.conf';

/** Without what deb-systemd-helper says in every package's name. */
const complaints = ({ stderr }: { stderr: string }) => stderr.replace(/^(Created|Removed) .*\n/gm, '');
const install = async (server: Server, deb: string) => server.run('dpkg', '-i', await server.bring(deb));
const status = async (server: Server) =>
  (await server.run('dpkg-query', '-W', '-f', '${Version} ${db:Status-Status}', 'scout-agent')).stdout;

test('a server without Node installs it, enabled and not yet started, and is told what to do next', async () => {
  const server = await startServer();
  await expect(server.run('sh', '-c', 'command -v node')).rejects.toThrow();
  const installed = await install(server, release.deb);
  expect(complaints(installed)).toBe('');
  const { stdout } = installed;
  expect(stdout).toContain(`scout-agent starts at boot. Say in ${CONFIG} what to count`);
  expect(stdout).toContain('\n  scout-agent check && sudo systemctl restart scout-agent\n');
  expect(await status(server)).toBe(`${release.version} installed`);
  expect(await server.property('UnitFileState')).toBe('enabled');
  expect(await server.property('ActiveState')).toBe('inactive');
  expect((await server.run('systemctl', '--failed', '--quiet')).stdout).toBe('');

  expect((await server.run('scout-agent', '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await server.run('scout-agent', 'check')).stdout).toContain(CONFIG);
  expect(await server.counted()).toEqual(heldIn(server.namespace));
});

test('the service counts, sends what is in the table, and shows its page', async () => {
  const server = await startServer();
  const receiver = await startReceiver(server.namespace);
  await install(server, release.deb);
  await server.write(CONFIG, `otlp: {endpoint: "${receiver.endpoint}"}\n`);
  await server.run('sh', '-c', 'scout-agent check && systemctl restart scout-agent');
  const [batch] = await receiver.untilBatches(1);
  expect(batch && establishedIn(batch)).toEqual(heldIn(server.namespace));
  const page = await vi.waitFor(() => server.run('/opt/scout-agent/bin/node', '-e', ASK_FOR_PAGE), {
    timeout: 45_000,
    interval: 200,
  });
  expect(page.stdout).toBe(PAGE);
});

test('up and down again, a running service is started anew, and a stopped or disabled one stays so', async () => {
  const server = await startServer();
  const [old, next] = [await server.bring(release.deb), await server.bring(later.deb)];
  await server.run('dpkg', '-i', old);
  await server.run('systemctl', 'start', 'scout-agent');
  for (const [deb, version] of [
    [next, later.version],
    [old, release.version],
  ] as const) {
    const before = await server.property('MainPID');
    await server.run('dpkg', '-i', deb);
    expect(await status(server)).toBe(`${version} installed`);
    expect(await server.property('ActiveState')).toBe('active');
    expect(await server.property('MainPID')).not.toBe(before);
  }
  await server.run('systemctl', 'disable', '--now', 'scout-agent');
  await server.run('dpkg', '-i', next);
  expect(await server.property('ActiveState')).toBe('inactive');
  expect(await server.property('UnitFileState')).toBe('disabled');
});

test('one that runs goes on where the new version refuses its file, and that is said', async () => {
  const server = await startServer();
  await install(server, release.deb);
  await server.run('mkdir', '-p', '/etc/systemd/system/scout-agent.service.d');
  await server.write(
    '/etc/systemd/system/scout-agent.service.d/own.conf',
    '[Service]\nEnvironment=LEVEL=info\n',
  );
  await server.write(CONFIG, 'resource: {level: "${env:LEVEL}"}\n');
  await server.run('sh', '-c', 'systemctl daemon-reload && systemctl start scout-agent');
  const first = await server.property('MainPID');
  await server.run('sh', '-c', UNTIL_READ);
  expect((await install(server, later.deb)).stdout).not.toContain('refuses');
  const second = await server.property('MainPID');
  expect(second).not.toBe(first);

  await server.run('sh', '-c', UNTIL_READ);
  await server.write(CONFIG, 'metrics: [tcp_conections]\n');
  const { stdout, stderr } = await install(server, release.deb);
  expect(stdout).toContain(
    `scout-agent: this version refuses ${CONFIG}, for the reason above, and the version before`,
  );
  expect(stderr).toContain(`${CONFIG}:1:11: metrics: unknown name`);
  expect(await server.property('MainPID')).toBe(second);
  expect(await server.property('ActiveState')).toBe('active');
});

test('an edited agent.env.yml outlives everything but a purge, and nothing is asked', async () => {
  const server = await startServer();
  const [old, next] = [await server.bring(release.deb), await server.bring(later.deb)];
  await server.run('dpkg', '-i', old);
  await server.write(CONFIG, EDITED);
  for (const command of [
    ['-i', next],
    ['-i', old],
    ['-r', 'scout-agent'],
    ['-i', next],
  ]) {
    await server.run('dpkg', ...command);
    expect(await server.read(CONFIG)).toBe(EDITED);
  }
  await server.run('dpkg', '-P', 'scout-agent');
  expect(existsSync(server.path(CONFIG))).toBe(false);
});

test('one that nobody has edited is always that of the version', async () => {
  const server = await startServer();
  const [old, next] = [await server.bring(release.deb), await server.bring(later.deb)];
  for (const deb of [old, next, old]) {
    await server.run('dpkg', '-i', deb);
    expect(await server.read(CONFIG)).toBe(await server.read(TEMPLATE));
    expect((await server.read(CONFIG)).endsWith('## New in this version.\n')).toBe(deb === next);
  }
  await server.run('dpkg', '-r', 'scout-agent');
  expect(existsSync(server.path(CONFIG))).toBe(false);
});

test('removed it runs no more, purged it leaves nothing behind', async () => {
  const server = await startServer();
  const before = await server.files();
  await install(server, release.deb);
  await server.run('scout-agent', 'install', '--processes');
  await server.write(CONFIG, EDITED);
  await server.run('systemctl', 'start', 'scout-agent');
  const pid = await server.property('MainPID');
  await server.run('dpkg', '-r', 'scout-agent');
  expect(existsSync(server.path(`/proc/${pid}`))).toBe(false);
  expect(await server.property('LoadState')).toBe('not-found');
  expect(complaints(await server.run('dpkg', '-P', 'scout-agent'))).toBe('');
  expect(await server.files()).toEqual(before);
});

test('where systemd does not run it installs, counts and goes without a word of complaint', async () => {
  const server = await startServer({ systemd: false });
  const before = await server.files();
  expect(complaints(await install(server, release.deb))).toBe('');
  expect(existsSync(server.path(ENABLED))).toBe(false); // a link to what is only there
  expect((await server.run('readlink', ENABLED)).stdout).toBe('/lib/systemd/system/scout-agent.service\n');
  expect(await server.counted()).toEqual(heldIn(server.namespace));
  expect(complaints(await install(server, later.deb))).toBe('');
  expect(complaints(await server.run('dpkg', '-P', 'scout-agent'))).toBe('');
  expect(await server.files()).toEqual(before);
});

describe('beside "scout-agent install"', () => {
  test('install leaves the unit to the package and adds what is asked for; uninstall leaves the package whole', async () => {
    const server = await startServer();
    await install(server, release.deb);
    const packaged = await server.files();
    const { stdout } = await server.run('scout-agent', 'install', '--processes');
    expect(stdout).toContain('/usr/lib/systemd/system/scout-agent.service: there already, unchanged\n');
    expect(stdout).toContain('\n  scout-agent check && sudo systemctl restart scout-agent\n');
    await server.run('systemctl', 'start', 'scout-agent');
    expect(await server.property('DropInPaths')).toBe(DROP_IN);

    const uninstalled = await server.run('scout-agent', 'uninstall', '--purge');
    expect(uninstalled.stdout).toContain('belongs to a package, which apt or dnf removes');
    const history = /^\/var\/lib\/(private\/)?scout-agent/;
    expect((await server.files()).filter((path) => !history.test(path))).toEqual(packaged);
    expect(await server.property('UnitFileState')).toBe('enabled');
  });

  test('the unit of an earlier one is told of, with the command that makes way', async () => {
    const server = await startServer();
    const unit = '/etc/systemd/system/scout-agent.service';
    await server.write(unit, '[Service]\nExecStart=/usr/bin/node /srv/scout-agent/agent/dist/cli.js run\n');
    const { stdout } = await install(server, release.deb);
    expect(stdout).toContain(`scout-agent: ${unit} is in force instead of the package's unit.`);
    const [, command] =
      /: sudo (scout-agent uninstall && )sudo (systemctl .*)\n/.exec(stdout)?.slice(1) ?? [];
    await server.run('sh', '-c', `scout-agent uninstall && ${command}`);
    expect(await server.property('FragmentPath')).toBe('/lib/systemd/system/scout-agent.service');
    expect(await server.property('ActiveState')).toBe('active');
    expect(await server.property('UnitFileState')).toBe('enabled');
  });
});
