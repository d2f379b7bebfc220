// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
/**
 * The service as `install` sets it up, under a real systemd that runs in namespaces of its own: every directive of the
 * unit is in force except the limits on memory, tasks and processor where cgroup2 holds no controllers.
 */
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METRIC_NAMES } from 'opentelemetry-instrumentation-tcp-connections/config';
import type { TcpState } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Namespace, openNamespace } from '../../../test/support/namespace.js';
import { establishedIn, startReceiver } from '../../../test/support/otlp-receiver.js';
import { PROCESSES_PATH } from '../../src/install/processes.js';
import { UNIT_PATH } from '../../src/install/unit.js';
import { until } from '../support/until.js';
import { FOLDER, NODE, PLACING, PROGRAM } from './host.js';
import { edit, type Systemd, startSystemd, systemdRefusal } from './systemd.js';

const CONFIG = `${FOLDER}/agent.env.yml`;
/** States that the namespace's sockets keep. */
const HELD: readonly TcpState[] = ['established', 'listen'];

const refusal = systemdRefusal();

describe.skipIf(refusal !== undefined)(`under a real systemd${refusal ? ` (${refusal})` : ''}`, () => {
  let namespace: Namespace;
  let systemd: Systemd;

  beforeAll(async () => {
    namespace = await openNamespace({ ipv4: 7, ipv6: 3, mapped: 2 });
    await namespace.run('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'veth0']);
    systemd = await startSystemd(namespace);
  });
  afterAll(async () => {
    await systemd?.end();
    await namespace?.close();
  });

  beforeEach(async () => {
    if (existsSync(systemd.path(UNIT_PATH))) {
      await systemd.run('systemctl', 'stop', 'scout-agent');
      await systemd.run('systemctl', 'reset-failed', 'scout-agent').catch(() => {});
    }
    for (const path of [UNIT_PATH, `${UNIT_PATH}.d`, CONFIG])
      await rm(systemd.path(path), { recursive: true, force: true });
    await systemd.run(NODE, PROGRAM, 'install');
  });

  const configure = (text: string) => writeFile(systemd.path(CONFIG), text);
  const start = () => systemd.run('systemctl', 'restart', 'scout-agent');
  /** What /proc says of the service's process. */
  const inProc = async (file: string) =>
    readFile(systemd.path(`/proc/${await systemd.property('MainPID')}/${file}`), 'utf8');

  test('install enables it, and starts nothing before it is told to', async () => {
    expect(await readdir(systemd.path('/etc/systemd/system/multi-user.target.wants'))).toEqual([
      'scout-agent.service',
    ]);
    expect(await systemd.property('ActiveState')).toBe('inactive');
  });

  test('install leaves one disabled that somebody has disabled, and says so', async () => {
    expect(await systemd.run(NODE, PROGRAM, 'install')).toContain('\nIt starts at boot.\n');
    await systemd.run('systemctl', 'disable', 'scout-agent');
    expect(await systemd.run(NODE, PROGRAM, 'install', '--dry-run')).not.toContain('systemctl enable');
    expect(await systemd.run(NODE, PROGRAM, 'install', '--processes')).toContain(
      'It is disabled, which is left so: it does not start at boot; to change that: sudo systemctl enable scout-agent.service\n',
    );
    expect(await systemd.run('systemctl', 'is-enabled', 'scout-agent').catch(() => 'disabled')).toBe(
      'disabled',
    );
  });

  test("the unit's own ExecStart counts and sends what is in the table, by a name that it resolves", async () => {
    const receiver = await startReceiver(namespace);
    const { port } = new URL(receiver.endpoint);
    await configure(`otlp: {endpoint: "http://localhost:${port}"}\n`);
    await start();
    const [first] = await receiver.untilBatches(1);
    expect(first && establishedIn(first)).toEqual({
      ipv4: namespace.expected.tcp.established,
      ipv6: namespace.expected.tcp6.established,
    });
    const machine = (await readFile('/etc/machine-id', 'utf8').catch(() => '')).trim();
    expect(first?.resource).toMatchObject(
      machine === '' ? { 'service.name': 'scout-agent' } : { 'host.id': machine },
    );
    expect((await inProc('cmdline')).split('\0')).toEqual([NODE, PROGRAM, 'run', '']);
    expect(await inProc('comm')).toBe('scout-agent\n');
  });

  test('its history is kept in /var/lib/scout-agent from one start to the next, for root to export', async () => {
    const receiver = await startReceiver(namespace);
    await configure(`interval: 1s\notlp: {endpoint: "${receiver.endpoint}"}\n`);
    await start();
    const { length } = await receiver.untilBatches(1);
    const first = await systemd.run(NODE, PROGRAM, 'export', '--format', 'json');
    expect(first).toContain('"network.connection.state":"established"');
    await start();
    await receiver.untilBatches(length + 2);
    expect(await systemd.run(NODE, PROGRAM, 'export', '--format', 'json')).toContain(first.split('\n')[0]);
  });

  test('commands reach it in /run/scout-agent: root, and the group that Group= names', async () => {
    const shown = (...paths: string[]) => systemd.run('stat', '-c', '%a %F %G', ...paths);
    const exportAs = (group: string) =>
      systemd.run(
        ...['setpriv', '--reuid=65534', `--regid=${group}`, '--clear-groups'],
        ...[NODE, PROGRAM, 'export', '--format', 'json'],
      );
    await start();
    const socket = systemd.path('/run/scout-agent/agent.sock');
    await until(
      () => existsSync(socket),
      () => 'the socket being there',
    );
    expect(await shown('/run/scout-agent', '/run/scout-agent/agent.sock')).toMatch(
      /^750 directory .*\n660 socket /,
    );
    await expect(exportAs('adm')).rejects.toThrow(
      'the agent at /run/scout-agent/agent.sock may not be asked by this user; run: sudo ',
    );

    await edit(systemd, '[Service]\nGroup=adm\n');
    await start();
    await until(
      () =>
        exportAs('adm').then(
          (lines) => lines.includes('"network.connection.state":"established"'),
          () => false,
        ),
      () => 'the group getting the history',
    );
    await systemd.run('systemctl', 'stop', 'scout-agent');
    expect(existsSync(systemd.path('/run/scout-agent'))).toBe(false);
    expect(await systemd.run(NODE, PROGRAM, 'export')).toContain('established');
  });

  test('commands reach it there though its file names the folder of the history, and for no other file', async () => {
    const named = (folder: string) => `history: {directory: /var/lib/scout-agent/${folder}}\n`;
    await configure(named('own'));
    await writeFile(systemd.path(`${FOLDER}/other.yml`), named('other'));
    await start();
    const dashboard = (...args: string[]) => systemd.run(NODE, PROGRAM, 'dashboard', ...args);
    let answer = '';
    await until(
      async () => {
        answer = await dashboard().catch((error: Error) => error.message);
        return answer === 'http://127.0.0.1:4380/\n';
      },
      () => `its page; it was ${answer}`,
    );
    await expect(dashboard('--config', `${FOLDER}/other.yml`)).rejects.toThrow(
      'no agent answers at /var/lib/scout-agent/other/agent.sock; ',
    );
    await systemd.run('systemctl', 'stop', 'scout-agent');
    await expect(dashboard()).rejects.toThrow('no agent answers at /var/lib/scout-agent/own/agent.sock; ');
  });

  test('it runs without rights, sees no files of others, and stays within its limits', async () => {
    for (const folder of ['home', 'tmp', 'var/tmp']) await writeFile(systemd.path(`/${folder}/mine`), '');
    await start();
    await until(
      async () => (await readdir(systemd.path(`/proc/${await systemd.property('MainPID')}/task`))).length > 6,
      () => 'Node having started its threads',
    );
    const status = Object.fromEntries(
      (await inProc('status')).split('\n').map((line) => line.split(':\t') as [string, string]),
    );
    expect(status).toMatchObject({
      CapEff: '0'.repeat(16),
      CapBnd: '0'.repeat(16),
      NoNewPrivs: '1',
      Seccomp: '2',
    });
    expect(Number(status.Uid?.split('\t')[0])).toBeGreaterThan(0);
    expect(Number(status.Threads)).toBeLessThan(Number(await systemd.property('TasksMax')));
    const peak = 1_024 * Number.parseInt(status.VmHWM ?? '', 10);
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(Number(await systemd.property('MemoryMax')));

    const root = systemd.path(`/proc/${await systemd.property('MainPID')}/root`);
    for (const folder of ['home', 'root', 'tmp', 'var/tmp'])
      expect(await readdir(join(root, folder))).toEqual([]);
  });

  test('once reads every metric there is as it does outside the unit, and the same counts', async () => {
    await configure(`metrics: [${METRIC_NAMES.join(', ')}]\n`);
    await edit(
      systemd,
      `[Service]
Type=oneshot
ExecStart=
ExecStart=${NODE} ${PROGRAM} once --json
StandardOutput=file:/run/once.json
StandardError=file:/run/once.log
`,
    );
    await start();
    const inside = metrics(await readFile(systemd.path('/run/once.json'), 'utf8'));
    expect(await readFile(systemd.path('/run/once.log'), 'utf8')).toBe('');
    const outside = metrics(await systemd.run(NODE, PROGRAM, 'once', '--json'));
    expect(inside.map(series)).toEqual(outside.map(series));
    expect(
      inside.filter(({ name }) => name === 'system.network.io').map(({ attributes }) => attributes),
    ).toEqual(
      ['receive', 'transmit'].map((direction) => ({
        'network.interface.name': 'eth0',
        'network.io.direction': direction,
      })),
    );
    // Other states may pass while this is compared.
    const counts = (points: readonly Metric[]) =>
      points.filter(
        ({ name, attributes }) =>
          name === 'system.network.connection.count' &&
          HELD.includes(attributes['network.connection.state'] as TcpState),
      );
    expect(counts(inside)).toEqual(counts(outside));
    for (const [type, table] of [
      ['ipv4', 'tcp'],
      ['ipv6', 'tcp6'],
    ] as const)
      for (const state of HELD)
        expect(counts(inside)).toContainEqual(
          expect.objectContaining({
            value: namespace.expected[table][state],
            attributes: expect.objectContaining({
              'network.type': type,
              'network.connection.state': state,
            }),
          }),
        );
  });

  test('namespaces: all says that it sees none, and the line that it names shows them', async () => {
    const log = async () => readFile(systemd.path('/run/scout.log'), 'utf8').catch(() => '');
    const logging = 'StandardError=truncate:/run/scout.log\n';
    await configure('namespaces: all\n');
    await edit(systemd, `[Service]\n${logging}`);
    await start();
    await until(
      async () => (await log()).includes("namespaces: all leaves out what it can't see"),
      () => 'the log telling of it',
    );
    const line = /In a systemd unit (\S+) below \[Service\]/.exec(await log())?.[1];
    await edit(systemd, `[Service]\n${line}\n${logging}`);
    await start();
    await until(
      async () => (await log()).includes('counting '),
      () => 'the agent counting',
    );
    // It collects once more before it ends.
    await systemd.run('systemctl', 'stop', 'scout-agent');
    expect(await log()).toContain('SIGTERM: collecting once more');
    expect(await log()).not.toContain("can't see");
  });

  describe('the processes behind the connections', () => {
    const HOLDER = '/etc/systemd/system/holder.service';
    /** What `inspect` says as the service, of a connection whose both ends a process of root's holds. */
    const inspected = async () => {
      await edit(
        systemd,
        `[Service]
Type=oneshot
ExecStart=
ExecStart=${NODE} ${PROGRAM} inspect
StandardOutput=truncate:/run/inspect
`,
      );
      await start();
      return readFile(systemd.path('/run/inspect'), 'utf8');
    };

    beforeAll(async () => {
      await writeFile(
        systemd.path('/run/holder.cjs'),
        `const server = require('node:net').createServer(() => require('node:fs').writeFileSync('/run/held', ''));
server.listen(0, '127.0.0.1', () => require('node:net').connect(server.address().port, '127.0.0.1'));
`,
      );
      await writeFile(systemd.path(HOLDER), `[Service]\nExecStart=${NODE} /run/holder.cjs\n`);
      await systemd.run('systemctl', 'daemon-reload');
      await systemd.run('systemctl', 'start', 'holder');
      await until(
        () => Promise.resolve(existsSync(systemd.path('/run/held'))),
        () => 'the holder having its connection',
      );
    });
    afterAll(async () => {
      await systemd.run('systemctl', 'stop', 'holder');
      await rm(systemd.path(HOLDER));
    });

    test('are named with the two capabilities of install --processes', async () => {
      const told = await systemd.run(NODE, PROGRAM, 'install', '--processes');
      expect(told).toContain(`${PROCESSES_PATH}: written\n`);
      const pid = await systemd.run('systemctl', 'show', '-P', 'MainPID', 'holder');
      expect(await inspected()).toContain(`  node, pid ${pid}`);
    });

    test('stay unknown without them, and it names the command with sudo', async () => {
      const screen = await inspected();
      expect(screen).not.toContain('pid ');
      expect(screen).toMatch(/was not found: other users' processes are for root to\s+see\. Type:/);
      expect(screen).toMatch(/^sudo .*inspect$/m);
    });
  });

  test('a bad configuration ends it with 78, and systemd does not start it again', async () => {
    await configure('metrics: [tcp_conections]\n');
    await start();
    await until(
      async () => (await systemd.property('ActiveState')) === 'failed',
      () => 'the service having failed',
    );
    expect(await systemd.property('ExecMainStatus')).toBe('78');
    expect(await systemd.property('NRestarts')).toBe('0');
  });

  test('it is started again after it was killed', async () => {
    await start();
    const killed = await systemd.property('MainPID');
    await systemd.run('systemctl', 'kill', '--signal=KILL', 'scout-agent');
    await until(
      async () =>
        (await systemd.property('NRestarts')) === '1' && (await systemd.property('SubState')) === 'running',
      () => 'the service running again',
    );
    expect(await systemd.property('MainPID')).not.toBe(killed);
  });

  describe("a secret in a file that is root's alone", () => {
    beforeEach(async () => {
      await configure('otlp: {endpoint: "http://127.0.0.1:1811"}\nresource: {token: "${file:otlp-token}"}\n');
      await writeFile(systemd.path(`${FOLDER}/otlp-token`), 'secret\n');
      await chmod(systemd.path(`${FOLDER}/otlp-token`), 0o600);
    });

    test('reaches the agent by the line that the unit tells, under the name that check takes too', async () => {
      const receiver = await startReceiver(namespace);
      const line = /^# (LoadCredential=.*)$/m.exec(await readFile(systemd.path(UNIT_PATH), 'utf8'))?.[1];
      await edit(systemd, `[Service]\n${line}\n`);
      expect(await systemd.run(NODE, PROGRAM, 'check')).toContain('${file:otlp-token}');
      await start();
      const [first] = await receiver.untilBatches(1);
      expect(first?.resource).toMatchObject({ token: 'secret' });
    });

    test('is out of its reach without that line', async () => {
      await start();
      await until(
        async () => (await systemd.property('ActiveState')) === 'failed',
        () => 'the service having failed',
      );
      expect(await systemd.property('ExecMainStatus')).toBe('78');
    });
  });

  test('an interpreter under /home, which install refuses, could not have been started', async () => {
    await systemd.run('sh', '-ec', `${PLACING} place_node /home/ann/node`);
    await edit(systemd, `[Service]\nExecStart=\nExecStart=/home/ann/node ${PROGRAM} run\nRestart=no\n`);
    await expect(start()).rejects.toThrow('failed');
    // EXIT_EXEC of systemd.exec(5).
    expect(await systemd.property('ExecMainStatus')).toBe('203');
  });

  test('installed anew from a folder with an odd name, it runs from there', async () => {
    const folder = `/opt/my tools/100% $HOME "q" é`;
    const program = `${folder}/agent/dist/cli.js`;
    await systemd.run('sh', '-ec', `${PLACING} place_program "$1"`, 'sh', folder);
    const told = await systemd.run(NODE, program, 'install');
    expect(told).toContain(`${UNIT_PATH}: replaced; the one before is ${UNIT_PATH}.bak\n`);
    await start();
    expect((await inProc('cmdline')).split('\0')).toEqual([NODE, program, 'run', '']);
  });

  test('uninstall stops it and leaves nothing of it', async () => {
    await start();
    const told = await systemd.run(NODE, PROGRAM, 'uninstall');
    expect(told).toContain(`${UNIT_PATH}: removed, the service is stopped\n`);
    expect(await systemd.property('LoadState')).toBe('not-found');
    expect(await systemd.property('ActiveState')).toBe('inactive');
    const left = await readdir(systemd.path('/etc/systemd/system'), { recursive: true });
    expect(left.filter((path) => path.endsWith('scout-agent.service'))).toEqual([]);
    expect(existsSync(systemd.path(CONFIG))).toBe(false);
  });
});

interface Metric {
  readonly name: string;
  readonly value: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

function metrics(json: string): readonly Metric[] {
  return JSON.parse(json).metrics;
}

/** What is measured, without the value. */
function series({ name, attributes }: Metric): string {
  return `${name} ${JSON.stringify(attributes)}`;
}
