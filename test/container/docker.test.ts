/** The commands that the Dockerfile tells, as they stand there, and the image that they make. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { type Namespace, openNamespace } from '../support/namespace.js';
import { establishedIn, startReceiver } from '../support/otlp-receiver.js';
import { ASK_FOR_PAGE, PAGE } from '../support/page.js';
import { INIT, RUN } from './dockerfile.js';
import { type ContainerHost, containerRefusal, HOST_NAME, startContainerHost } from './host.js';

const refusal = containerRefusal();

describe.skipIf(refusal !== undefined)(`on a host with containers${refusal ? ` (${refusal})` : ''}`, () => {
  let namespace: Namespace;
  let host: ContainerHost;
  let folder: string;

  beforeAll(async () => {
    namespace = await openNamespace({ ipv4: 7, ipv6: 3, mapped: 2 });
    host = await startContainerHost(inject('storage'), namespace);
  });
  afterAll(async () => {
    await host?.end();
    await namespace?.close();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docker-'));
    onTestFinished(() => rm(folder, { recursive: true }));
  });

  /** Runs what a person types; podman takes Docker's command line. */
  const shell = (command: string) =>
    host.run('sh', '-ec', `cd "$1"; docker() { podman "$@"; }; ${command}`, 'sh', folder);
  /** The line that starts the agent, with more before the image's name. */
  const started = async (more = '') => {
    onTestFinished(async () => {
      await shell('docker rm --force --time 0 --ignore scout-agent');
    });
    await shell(RUN.replace(/(?= scout-agent$)/, ` ${more}`));
  };
  const exitCode = async () =>
    Number(await shell("docker inspect --format '{{.State.ExitCode}}' scout-agent"));

  const expected = () => ({
    ipv4: namespace.expected.tcp.established,
    ipv6: namespace.expected.tcp6.established,
  });

  test("the file that init prints, and the line that runs it, send the host's count under its name", async () => {
    const receiver = await startReceiver(namespace, 4318);
    await shell(INIT);
    expect(await readFile(join(folder, 'agent.env.yml'), 'utf8')).toMatch(/^ {2}- tcp_connections\b/m);
    await started();
    const [first] = await receiver.untilBatches(1);
    expect(first && establishedIn(first)).toEqual(expected());
    expect(first?.resource).toMatchObject({ 'service.name': 'scout-agent', 'host.name': HOST_NAME });
    expect(first?.resource).not.toHaveProperty(['host.id']);

    await shell('docker stop scout-agent');
    expect(await exitCode()).toBe(0);
    expect((await receiver.end()).length).toBeGreaterThan(1);
  });

  test("has the host's id where the machine id is mounted", async () => {
    const receiver = await startReceiver(namespace, 4318);
    await writeFile(join(folder, 'machine-id'), '4d63009a8d0f11eeaad74c796ed8e320\n');
    await shell(INIT);
    await started('-v "$PWD/machine-id:/etc/machine-id:ro"');
    const [first] = await receiver.untilBatches(1);
    expect(first?.resource).toMatchObject({ 'host.id': '4d63009a8d0f11eeaad74c796ed8e320' });
  });

  test('counts the host through its mounted /proc as well, and without that its own network namespace', async () => {
    const once = async (flags: string) =>
      establishedIn({
        resource: {},
        scopes: [],
        points: JSON.parse(await shell(`docker run --rm ${flags} scout-agent once --json`)).metrics.map(
          ({ name, ...point }: { name: string; attributes: Record<string, unknown>; value: number }) => ({
            metric: name,
            ...point,
          }),
        ),
      });
    expect(await once('--cap-drop ALL -v /proc:/host/proc:ro -e HOST_PROC=/host/proc')).toEqual(expected());
    expect(await once('--cap-drop ALL')).toEqual({ ipv4: 0, ipv6: 0 });
  });

  test('a command runs by its name in the container that runs', async () => {
    await shell(INIT);
    await started();
    expect(await shell('docker exec scout-agent scout-agent check')).toMatch(
      /^# \/opt\/scout-agent\/agent\.env\.yml/,
    );
    // The history is in the volume of the line that runs it, which another container finds there.
    await vi.waitUntil(
      () =>
        shell('docker exec scout-agent scout-agent export').then(
          (text) => text.includes('state=established'),
          () => false,
        ),
      { timeout: 45_000, interval: 200 },
    );
    expect(
      await shell(`docker exec scout-agent /opt/scout-agent/bin/node -e "${ASK_FOR_PAGE}"`),
      'the page of the agent that runs',
    ).toBe(PAGE);
    // It lies beside the history where no systemd gives it another place.
    const status = `require('http').get({ socketPath: '/var/lib/scout-agent/agent.sock', path: '/' },
      ({ statusCode }) => console.log(statusCode))`;
    expect(await shell(`docker exec scout-agent /opt/scout-agent/bin/node -e "${status}"`)).toBe('404\n');
    await shell('docker rm --force --time 10 scout-agent');
    await started();
    expect(await shell('docker exec scout-agent scout-agent export')).toContain('state=established');
  });

  describe('the image', () => {
    let root: string;
    beforeAll(async () => {
      root = host.path((await host.run('podman', 'image', 'mount', 'scout-agent')).trim());
    });

    test('runs the agent as a user without a name, and has no shell and nothing to build with', async () => {
      const [{ Config }] = JSON.parse(await host.run('podman', 'image', 'inspect', 'scout-agent'));
      expect(Config).toMatchObject({ User: '61043:61043', Cmd: ['run'] });
      // None of what reached the registry in the build.
      expect(Config.Env.map((variable: string) => variable.split('=')[0])).toEqual([
        'PATH',
        'STATE_DIRECTORY',
      ]);
      const names = await readdir(root, { recursive: true });
      expect(names).toContain(Config.Entrypoint[0].slice(1));
      expect(await readdir(join(root, 'usr/bin'))).toEqual(['scout-agent']);
      const unwanted = ['bin', 'sbin', 'etc/machine-id', 'var/lib/dbus/machine-id'];
      expect(names.filter((name) => unwanted.includes(name))).toEqual([]);
      const modules = await readdir(join(root, 'opt/scout-agent/lib/node_modules'));
      expect(modules).toContain('scout-agent');
      expect(modules.filter((name) => ['typescript', 'vitest', 'npm'].includes(name))).toEqual([]);
    });

    test('has no file that its user could change, and none that gives rights', async () => {
      const loose = await host.run(
        ...[
          'sh',
          '-ec',
          'find "$(podman image mount scout-agent)" ! -type l ! -path "*/var/lib/scout-agent" "$@"',
          'sh',
        ],
        ...['(', '!', '-uid', '0', '-o', '!', '-gid', '0', '-o', '-perm', '/6022', ')'],
      );
      expect(loose).toBe('');
    });

    test('says what it holds of Debian, with the licences', async () => {
      const packages = await readdir(join(root, 'var/lib/dpkg/status.d'));
      expect(packages).toEqual(expect.arrayContaining(['libc6', 'libgcc-s1', 'libstdc++6']));
      for (const name of packages)
        expect((await stat(join(root, 'usr/share/doc', name, 'copyright'))).size).toBeGreaterThan(0);
      expect(await readFile(join(root, 'etc/os-release'), 'utf8')).toMatch(/^VERSION_CODENAME=trixie$/m);
      for (const licence of ['LICENSE', 'share/LICENSE.node'])
        expect((await stat(join(root, 'opt/scout-agent', licence))).size).toBeGreaterThan(0);
    });
  });
});
