// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
/** Commands, options, files and exit codes. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DEFAULT_CONFIG_PATH } from 'opentelemetry-instrumentation-tcp-connections/config';
import { describe, expect, test } from 'vitest';
import { namespaceRefusal } from '../../test/support/namespace.js';
import { startCounting } from './support/counting.js';
import { procFolder } from './support/proc-folder.js';
import { establishedIn, startReceiver } from './support/receiver.js';
import {
  CLI,
  configFile,
  follow,
  scoutAgent,
  scratchFolder,
  startScoutAgent,
} from './support/scout-agent.js';

const VERSION: string = createRequire(import.meta.url)('../package.json').version;

test.concurrent('--version is that of the package', async (t) => {
  expect(await scoutAgent(t, ['--version'])).toMatchObject({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
});

test.concurrent('--help names every command on stdout', async (t) => {
  const { code, stdout, stderr } = await scoutAgent(t, ['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const command of ['run', 'check', 'init', 'once', 'verify', 'inspect', 'install', 'uninstall'])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
});

test.concurrent('the help of a command names --config too', async (t) => {
  const { stdout } = await scoutAgent(t, ['help', 'once']);
  expect(stdout).toMatch(/^ {2}--json /m);
  expect(stdout).toMatch(/^ {2}-c, --config <file> /m);
});

test.concurrent.for([
  [['runn'], /there is no command 'runn' \(did you mean 'run'\?\)/],
  [['serve-me-tea'], /there is no command 'serve-me-tea'\n/],
  [['--verbose'], /unknown option '--verbose'/],
  [['help', 'onec'], /there is no command 'onec' \(did you mean 'once'\?\)/],
  [['once', '--jsno'], /unknown option '--jsno'/],
  [['once', 'twice'], /too many arguments for 'once'/],
  [['--config'], /'-c, --config <file>' argument missing/],
  [['check', '--config='], /option '-c, --config <file>' argument '' is invalid\. It must name a file\./],
  [['init', ''], /value '' is invalid for argument 'file'\. It must name a file\./],
  [['init', 'a', 'b'], /too many arguments for 'init'/],
] as const)('%o is a wrong use: exit code 2, told on stderr, nothing done', async ([args, told], t) => {
  const { code, stdout, stderr } = await scoutAgent(t, args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(told);
  expect(stderr).toMatch(/\(see node \S*agent\/dist\/cli\.js --help\)/);
});

describe.concurrent('the file', () => {
  const named = async (t: Parameters<typeof scoutAgent>[0], established: number) =>
    configFile(t, `proc: ${(await procFolder(t, { tcp: established })).path}\n`);
  const count = (stdout: string) =>
    JSON.parse(stdout).metrics.find(
      ({ name }: { name: string }) => name === 'system.network.connection.count',
    ).value;

  test.concurrent.for([
    ['--config', 'FILE', 'once', '--json'],
    ['-c', 'FILE', 'once', '--json'],
    ['once', '--json', '--config', 'FILE'],
  ])('is named by %o, which wins over SCOUT_AGENT_CONFIG', async (args, t) => {
    const file = await named(t, 7);
    const { code, stdout, stderr } = await scoutAgent(
      t,
      args.map((arg) => (arg === 'FILE' ? file : arg)),
      { env: { SCOUT_AGENT_CONFIG: await named(t, 8) } },
    );
    expect({ code, stderr: stderr.replace(/.*no IPv6 table.*\n/, '') }).toEqual({ code: 0, stderr: '' });
    expect(count(stdout)).toBe(7);
  });

  test.concurrent('is named by SCOUT_AGENT_CONFIG', async (t) => {
    const { stdout } = await scoutAgent(t, ['once', '--json'], {
      env: { SCOUT_AGENT_CONFIG: await named(t, 8) },
    });
    expect(count(stdout)).toBe(8);
  });

  test.concurrent('serves the default command too', async (t) => {
    const { path } = await procFolder(t, { tcp: 9 });
    const receiver = await startReceiver(t);
    const file = await configFile(t, `proc: ${path}\notlp: {endpoint: "${receiver.endpoint}"}`);
    const agent = await startScoutAgent(t, { args: ['--config', file] });
    expect(establishedIn((await receiver.untilTaken(1)).body)).toEqual({ ipv4: 9 });
    expect(agent.logged(/configuration: /)).toEqual([expect.stringContaining(file)]);
  });

  test.concurrent.for(['run', 'once', 'verify', 'inspect', 'check'])(
    'that is bad stops %s: exit code 78, every mistake, nothing started',
    async (command, t) => {
      const receiver = await startReceiver(t);
      const config = `metrics: [tcp_conections]\nintervall: 10s\notlp: {endpoint: "${receiver.endpoint}"}\n`;
      const file = await configFile(t, config);
      const { code, stdout, stderr } = await scoutAgent(t, [command, '--config', file]);
      expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toEqual([
        expect.stringMatching(/agent\.env\.yml:1:11: .*tcp_connections/),
        expect.stringMatching(/agent\.env\.yml:2:1: .*interval/),
      ]);
      expect(receiver.attempts).toBe(0);
    },
  );

  test.concurrent('at the default place may be absent: the built-in defaults hold, and that is said', async (t) => {
    if (existsSync(DEFAULT_CONFIG_PATH)) t.skip(`this machine has a ${DEFAULT_CONFIG_PATH} of its own`);
    const { path } = await procFolder(t, { tcp: 9 });
    const receiver = await startReceiver(t);
    const agent = await startScoutAgent(t, {
      args: [],
      env: { SCOUT_AGENT_CONFIG: '', HOST_PROC: path, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint },
    });
    expect(establishedIn((await receiver.untilTaken(1)).body)).toEqual({ ipv4: 9 });
    await agent.untilLogged(/no agent\.env\.yml: running on the built-in defaults$/);
    await agent.untilLogged(/counting tcp_connections every 10s$/);
  });

  test.concurrent('is the one at the default place for each command, where SCOUT_AGENT_CONFIG is empty', async (t) => {
    const refusal = namespaceRefusal();
    if (refusal) t.skip(refusal);
    // A mount namespace of its own has an /opt that may be written.
    const inside = spawn(
      'unshare',
      ['-Urm', 'sh', '-ec', 'mount -t tmpfs none /opt; "$@" init; "$@" check', 'sh', process.execPath, CLI],
      { env: { PATH: process.env.PATH, SCOUT_AGENT_CONFIG: '' } },
    );
    const { code, stdout, stderr } = await follow(t, inside).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${DEFAULT_CONFIG_PATH} written`);
    expect(stdout).toContain(`# ${DEFAULT_CONFIG_PATH}\n`);
  });

  test.concurrent('that is named and missing is bad', async (t) => {
    const missing = join(await scratchFolder(t), 'nowhere.yml');
    expect(await scoutAgent(t, ['run', '--config', missing])).toMatchObject({
      code: 78,
      stderr: `${missing}: no such file\n`,
    });
  });
});

describe.concurrent('check', () => {
  test.concurrent('prints the values in force and where each comes from, and no secret', async (t) => {
    const lines = [
      'metrics:',
      '  - tcp_connections',
      '  - tcp_listen',
      'interval: 1m',
      'otlp:',
      '  headers: {authorization: "Bearer ${env:TOKEN}"}',
    ];
    const file = await configFile(t, lines.join('\n'));
    const { code, stdout, stderr } = await scoutAgent(t, ['check', '--config', file], {
      env: {
        TOKEN: 's3cret',
        HOST_PROC: '/host/proc',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:pa55word@collector.test:4318',
      },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`# ${file}\n`);
    for (const line of [
      '  - tcp_listen  # line 3',
      'interval: 1m  # line 4',
      'proc: /host/proc  # HOST_PROC',
      '  endpoint: https://[redacted]@collector.test:4318/v1/metrics  # OTEL_EXPORTER_OTLP_ENDPOINT',
    ])
      expect(stdout.split('\n')).toContain(line);
    expect(stdout).toMatch(/ {4}authorization: .*redacted.* # line 6/);
    expect(stdout).not.toMatch(/s3cret|pa55word/);
  });

  test.concurrent('says that the environment switches the agent off', async (t) => {
    const { code, stdout } = await scoutAgent(t, ['check'], { env: { OTEL_SDK_DISABLED: 'true' } });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^# OTEL_SDK_DISABLED=true: the environment switches the agent off, .*\n# .*yml\n/,
    );
  });

  test.concurrent('finds a certificate that is missing', async (t) => {
    const { code, stdout, stderr } = await scoutAgent(t, ['check'], {
      env: { OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/ca.pem' },
    });
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toMatch(/^OTEL_EXPORTER_OTLP_CERTIFICATE: .*: no such file\n$/);
  });
});

describe.concurrent('init', () => {
  test.concurrent('writes a file that check accepts, in folders that it makes', async (t) => {
    const file = join(await scratchFolder(t), 'opt', 'scout-agent', 'agent.env.yml');
    const { code, stdout, stderr } = await scoutAgent(t, ['init', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/; edit it, then run: node \S*agent\/dist\/cli\.js check --config \S+\n$/);
    expect(await readFile(file, 'utf8')).toMatch(/^metrics:\n {2}- tcp_connections /m);
    expect(await readdir(dirname(file))).toEqual(['agent.env.yml']);
    expect(await scoutAgent(t, ['check', '--config', file])).toMatchObject({ code: 0, stderr: '' });
  });

  test.concurrent.for([
    ['--config', (file: string) => ({ args: ['init', '--config', file], env: {} as Record<string, string> })],
    [
      'SCOUT_AGENT_CONFIG',
      (file: string) => ({ args: ['init'], env: { SCOUT_AGENT_CONFIG: file } as Record<string, string> }),
    ],
  ] as const)('writes to the place that %s names', async ([, how], t) => {
    const file = join(await scratchFolder(t), 'mine.yml');
    const { args, env } = how(file);
    expect(await scoutAgent(t, args, { env })).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(true);
  });

  test.concurrent('never overwrites', async (t) => {
    const file = await configFile(t, 'interval: 1m\n');
    const { code, stdout, stderr } = await scoutAgent(t, ['init', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^scout-agent: \S+ is there already and is not overwritten; 'node \S*agent\/dist\/cli\.js init -' prints the template\n$/,
    );
    expect(await readFile(file, 'utf8')).toBe('interval: 1m\n');
  });

  test.concurrent('does not follow a link to a file that is missing', async (t) => {
    const folder = await scratchFolder(t);
    const file = join(folder, 'agent.env.yml');
    await symlink('nowhere.yml', file);
    const { code, stdout, stderr } = await scoutAgent(t, ['init', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^scout-agent: \S+ is there already, a symbolic link to nowhere\.yml, which is missing; it is not overwritten; '.* init -' prints the template\n$/,
    );
    expect(await readdir(folder)).toEqual(['agent.env.yml']);
  });

  test.concurrent('leaves nothing behind on a full disk', async (t) => {
    const refusal = namespaceRefusal();
    if (refusal) t.skip(refusal);
    const folder = await scratchFolder(t);
    // One page, and that is taken.
    const commands = [
      'mount -t tmpfs -o size=4k none "$0"',
      'head -c 4096 /dev/zero > "$0/full"',
      '"$@" || echo "exit code $?"',
      'ls -A "$0"',
    ].join('; ');
    const file = join(folder, 'agent.env.yml');
    const inside = spawn(
      'unshare',
      ['-Urm', 'sh', '-ec', commands, folder, process.execPath, CLI, 'init', file],
      {
        env: { PATH: process.env.PATH },
      },
    );
    const { stdout, stderr } = await follow(t, inside).ended;
    expect(stdout).toBe('exit code 1\nfull\n');
    expect(stderr).toBe(`scout-agent: ${file} can't be written: ENOSPC: no space left on device, write\n`);
  });

  test.concurrent('prints the template for -, and it is what it writes', async (t) => {
    const file = join(await scratchFolder(t), 'agent.env.yml');
    await scoutAgent(t, ['init', file]);
    expect((await scoutAgent(t, ['init', '-'])).stdout).toBe(await readFile(file, 'utf8'));
  });

  test.concurrent('says where it cannot write', async (t) => {
    const folder = await scratchFolder(t);
    await writeFile(join(folder, 'file'), '');
    const { code, stderr } = await scoutAgent(t, ['init', join(folder, 'file', 'agent.env.yml')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^scout-agent: .*file\/agent\.env\.yml can't be written: EEXIST: .* mkdir '.*\/file'\n$/,
    );
    expect(await scoutAgent(t, ['init', '/proc/agent.env.yml'])).toMatchObject({
      code: 1,
      stderr:
        "scout-agent: /proc/agent.env.yml can't be written: ENOENT: no such file or directory, open '/proc/agent.env.yml'\n",
    });
    await mkdir(join(folder, 'folder'));
    expect(await scoutAgent(t, ['init', join(folder, 'folder')])).toMatchObject({ code: 1 });
  });
});

describe.concurrent('started', () => {
  const byNpm = {
    npm_lifecycle_event: 'start',
    npm_package_name: 'opentelemetry-instrumentation-tcp-connections',
  };

  test.concurrent('by npm start it says so, and takes relative paths from the folder of whoever typed that', async (t) => {
    const folder = await scratchFolder(t);
    const env = { ...byNpm, INIT_CWD: folder };
    const init = await scoutAgent(t, ['init', 'mine.yml'], { env });
    expect(init).toMatchObject({ code: 0, stderr: '' });
    expect(init.stdout).toContain('then run: npm start -- check --config mine.yml\n');
    for (const check of [
      await scoutAgent(t, ['check', '--config', 'mine.yml'], { env }),
      await scoutAgent(t, ['check'], { env: { ...env, SCOUT_AGENT_CONFIG: 'mine.yml' } }),
    ]) {
      expect(check).toMatchObject({ code: 0, stderr: '' });
      expect(check.stdout).toContain(`# ${join(folder, 'mine.yml')}\n`);
    }
    expect((await scoutAgent(t, ['init', '--help'], { env })).stdout).toMatch(/^Usage: npm start -- init /);
  });

  test.concurrent("by the npm start of somebody else's package it stays where it is", async (t) => {
    const env = { ...byNpm, npm_package_name: 'shop', INIT_CWD: '/nowhere' };
    expect(await scoutAgent(t, ['check'], { env })).toMatchObject({ code: 0, stderr: '' });
  });

  test.concurrent.for(['once', 'check', '--help'])('%s needs no folder to stand in', async (command, t) => {
    const folder = await scratchFolder(t);
    const { path } = await procFolder(t, { tcp: 3, tcp6: 1 });
    const gone = 'mkdir "$0/gone"; cd "$0/gone"; rmdir "$0/gone"; exec "$@"';
    const child = spawn('sh', ['-ec', gone, folder, process.execPath, CLI, command], {
      env: { PATH: process.env.PATH, SCOUT_AGENT_CONFIG: await configFile(t, `proc: ${path}`) },
    });
    const { code, stdout, stderr } = await follow(t, child).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  });

  test.concurrent('by its name it names that', async (t) => {
    const bin = join(await scratchFolder(t), 'scout-agent');
    await symlink(CLI, bin);
    const child = spawn(process.execPath, [bin, '--help'], { env: { PATH: process.env.PATH } });
    expect((await follow(t, child).ended).stdout).toMatch(/^Usage: scout-agent /);
  });
});

describe.concurrent('an answer that cannot be written', () => {
  test.concurrent.for([
    ['once'],
    ['once', '--json'],
    ['check'],
    ['verify'],
    ['init', '-'],
    ['init', 'FOLDER/agent.env.yml'],
    ['--help'],
    ['--version'],
  ])('of %o is told: exit code 1', async (args, t) => {
    const { path } = await procFolder(t, { tcp: 3, tcp6: 1 });
    const folder = await scratchFolder(t);
    const full = await open('/dev/full', 'w');
    t.onTestFinished(() => full.close());
    const file = await configFile(t, `proc: ${path}`);
    const child = spawn(process.execPath, [CLI, ...args.map((arg) => arg.replace('FOLDER', folder))], {
      env: { PATH: process.env.PATH, SCOUT_AGENT_CONFIG: file },
      stdio: ['ignore', full.fd, 'pipe'],
    });
    expect(await follow(t, child).ended).toMatchObject({
      code: 1,
      stderr: "scout-agent: can't write the answer: ENOSPC: no space left on device, write\n",
    });
  });
});

describe.concurrent('a reader that has seen enough', () => {
  test.concurrent.for([['once'], ['once', '--json'], ['check'], ['init', '-'], ['--help'], ['verify']])(
    'of %o is no failure',
    async (args, t) => {
      const { path } = await procFolder(t, { tcp: 3, tcp6: 1 });
      const agent = await startScoutAgent(t, { args, config: `proc: ${path}` });
      agent.child.stdout?.destroy();
      expect(await agent.ended).toMatchObject({ code: 0, stderr: '' });
    },
  );

  test.concurrent('of the log does not stop the counting, nor the last cycle', async (t) => {
    const { agent, receiver } = await startCounting(t);
    await agent.untilLogged(/counting tcp_connections/);
    agent.child.stderr?.destroy();
    await receiver.untilTaken(2);
    const before = receiver.taken.length;
    expect((await agent.stop('SIGINT')).code).toBe(0);
    expect(receiver.taken.length).toBeGreaterThan(before);
  });
});
