/** `inspect`: who holds the connections. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Namespace, namespaceRefusal, openNamespace } from '../../../test/support/namespace.js';
import { procFolder } from '../support/proc-folder.js';
import { CLI, configFile, follow, scoutAgent, scratchFolder, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

const refusal = namespaceRefusal();
const TALKER = fileURLToPath(new URL('../support/talker.mjs', import.meta.url));

interface Called {
  readonly listen?: readonly { port: number; host: string }[];
  readonly call?: readonly { port: number; host: string; localAddress?: string; count: number }[];
  readonly deaf?: boolean;
}

/** Starts a process of this name inside, which ends with the test. */
async function talk(t: Test, namespace: Namespace, name: string, called: Called): Promise<number> {
  const program = join(await scratchFolder(t), name);
  await symlink(process.execPath, program);
  const child = namespace.spawn(program, [TALKER, JSON.stringify(called)]);
  const { pid, stdout, stderr } = follow(t, child);
  await until(
    () => stdout() === 'ready\n',
    () => `${name}: ${stderr()}`,
  );
  return pid;
}

/** Runs the command inside to its end. */
async function inspectInside(
  t: Test,
  namespace: Namespace,
  args: readonly string[],
  before: readonly string[] = [],
) {
  const file = await configFile(t, '');
  const [program = '', ...rest] = [...before, process.execPath, CLI, 'inspect', '--config', file, ...args];
  return follow(t, namespace.spawn(program, rest, { env: { PATH: process.env.PATH } })).ended;
}

/** The rows of `ss`, by what a part of each row says. */
async function countBySs(namespace: Namespace, part: RegExp): Promise<Record<string, number>> {
  const { stdout } = await namespace.run('ss', ['-Htnp', 'state', 'established']);
  const counts: Record<string, number> = {};
  for (const [, name = ''] of stdout.matchAll(part)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe.skipIf(refusal)('a shop that serves clients and asks its database', () => {
  let namespace: Namespace;
  const pids: Record<string, number> = {};
  const ends: (() => Promise<void> | void)[] = [];
  const lifetime: Test = { onTestFinished: (end) => void ends.push(end as () => Promise<void>) };
  beforeAll(async () => {
    namespace = await openNamespace();
    const addresses = ['10.7.1.4/32', '10.7.1.5/32', '10.7.2.6/32', '10.7.9.9/32'];
    for (const address of addresses) await namespace.run('ip', ['addr', 'add', address, 'dev', 'lo']);
    for (const address of ['2001:db8:0:1::a/128', '2001:db8:0:1::b/128', '2001:db8::9/128'])
      await namespace.run('ip', ['addr', 'add', address, 'dev', 'lo', 'nodad']);
    pids.database = await talk(lifetime, namespace, 'database', {
      listen: [{ port: 1_543, host: '10.7.9.9' }],
    });
    pids.shop = await talk(lifetime, namespace, 'shop', {
      listen: [{ port: 1_443, host: '::' }],
      call: [{ host: '10.7.9.9', port: 1_543, localAddress: '10.7.9.9', count: 3 }],
    });
    const shop = { port: 1_443, host: '10.7.9.9' };
    const shop6 = { port: 1_443, host: '2001:db8::9' };
    pids.visitors = await talk(lifetime, namespace, 'visitors', {
      call: [
        { ...shop, localAddress: '10.7.1.4', count: 7 },
        { ...shop, localAddress: '10.7.1.5', count: 6 },
        { ...shop, localAddress: '10.7.2.6', count: 5 },
        { ...shop6, localAddress: '2001:db8:0:1::a', count: 4 },
        { ...shop6, localAddress: '2001:db8:0:1::b', count: 2 },
      ],
    });
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
    await namespace.close();
  });

  const json = async (t: Test, ...args: string[]) => {
    const { code, stdout, stderr } = await inspectInside(t, namespace, ['--json', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  test('who they are, as what was opened', async (t) => {
    const { time, host, ...inspection } = await json(t);
    expect(new Date(time).toISOString()).toBe(time);
    expect(host).not.toBe('');
    const both = (connections: number, incoming: number) => ({
      connections,
      incoming,
      outgoing: connections - incoming,
    });
    expect(inspection).toEqual({
      state: 'established',
      connections: 54,
      incoming: 27,
      outgoing: 27,
      families: { ipv4: 24, ipv6: 30 },
      states: { established: 54, listen: 2 },
      addresses: {
        connections: 54,
        distinct: 7,
        top: [
          { address: '10.7.9.9', ...both(24, 3) },
          { address: '10.7.1.4', ...both(7, 7) },
          { address: '10.7.1.5', ...both(6, 6) },
          { address: '2001:db8::9', ...both(6, 0) },
          { address: '10.7.2.6', ...both(5, 5) },
          { address: '2001:db8:0:1::a', ...both(4, 4) },
          { address: '2001:db8:0:1::b', ...both(2, 2) },
        ],
      },
      networks: {
        connections: 54,
        distinct: 5,
        top: [
          { network: '10.7.9.0/24', ...both(24, 3) },
          { network: '10.7.1.0/24', ...both(13, 13) },
          { network: '2001:db8:0:1::/64', ...both(6, 6) },
          { network: '2001:db8::/64', ...both(6, 0) },
          { network: '10.7.2.0/24', ...both(5, 5) },
        ],
      },
      localPorts: {
        connections: 27,
        distinct: 2,
        top: [
          { port: 1_443, connections: 24 },
          { port: 1_543, connections: 3 },
        ],
      },
      remotePorts: {
        connections: 27,
        distinct: 2,
        top: [
          { port: 1_443, connections: 24 },
          { port: 1_543, connections: 3 },
        ],
      },
      processes: {
        connections: 54,
        distinct: 3,
        top: (
          [
            ['shop', 27],
            ['visitors', 24],
            ['database', 3],
          ] as const
        ).map(([name, connections]) => ({
          name,
          connections,
          processes: 1,
          pids: [{ pid: pids[name], connections }],
        })),
        unheld: 0,
        unknown: 0,
        refused: expect.any(Number),
      },
      errors: [],
    });
  });

  test('ss sees the same addresses and processes', async (t) => {
    const { addresses, processes } = await json(t);
    // The peer's column comes second, mapped addresses as [::ffff:a.b.c.d].
    expect(
      Object.fromEntries(
        addresses.top.map((one: { address: string; connections: number }) => [one.address, one.connections]),
      ),
    ).toEqual(await countBySs(namespace, /^\d+ +\d+ +\S+ +\[?(?:::ffff:)?([\da-f.:]+?)\]?:\d+ /gm));
    expect(
      Object.fromEntries(
        processes.top.flatMap(({ pids }: { pids: { pid: number; connections: number }[] }) =>
          pids.map(({ pid, connections }) => [pid, connections]),
        ),
      ),
    ).toEqual(await countBySs(namespace, /pid=(\d+)/g));
  });

  test('the total is what once counts', async (t) => {
    const { connections, families } = await json(t);
    const { stdout } = await namespace.run(process.execPath, [
      CLI,
      'once',
      '--json',
      '-c',
      await configFile(t, ''),
    ]);
    const counted: { name: string; value: number; attributes: Record<string, string> }[] =
      JSON.parse(stdout).metrics;
    const counts = counted.filter(({ name }) => name === 'system.network.connection.count');
    expect(families).toEqual(
      Object.fromEntries(counts.map(({ attributes, value }) => [attributes['network.type'], value])),
    );
    expect(connections).toBe(counts.reduce((sum, { value }) => sum + value, 0));
  });

  test('--top bounds every list and leaves the totals', async (t) => {
    const { connections, addresses, networks, localPorts, remotePorts, processes } = await json(
      t,
      '--top',
      '1',
    );
    expect(connections).toBe(54);
    const lists = { addresses, networks, localPorts, remotePorts, processes };
    expect(Object.values(lists).map(({ distinct, top }) => [distinct, top.length])).toEqual([
      [7, 1],
      [5, 1],
      [2, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  test.for(['listen', 'LISTEN'])('--state %s shows the listeners', async (state, t) => {
    const { connections, incoming, addresses, localPorts } = await json(t, '--state', state);
    expect({ connections, incoming, addresses: addresses.top }).toEqual({
      connections: 2,
      incoming: 2,
      addresses: [],
    });
    expect(localPorts.top.map(({ port }: { port: number }) => port)).toEqual([1_443, 1_543]);
  });

  test('a state may be written as ss writes it', async (t) => {
    expect(await json(t, '--state', 'CLOSE-WAIT')).toMatchObject({ state: 'close_wait', connections: 0 });
  });

  test('--state all shows every socket', async (t) => {
    expect(await json(t, '--state', 'all')).toMatchObject({ state: 'all', connections: 56 });
  });

  test('as a table', async (t) => {
    const { code, stdout, stderr } = await inspectInside(t, namespace, ['--top', '2']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(
        [
          '54 established \\(ipv4 24, ipv6 30\\): 27 incoming, 27 outgoing',
          'in each state: established 54, listen 2',
          '',
          'count  share  in  out  remote address    count  share  in  out  remote network',
          '   24    44%   3   21  10\\.7\\.9\\.9             24    44%   3   21  10\\.7\\.9\\.0/24',
          '    7    13%   7    0  10\\.7\\.1\\.4             13    24%  13    0  10\\.7\\.1\\.0/24',
          '   23    43%           \\(5 more\\)             17    31%           \\(3 more\\)',
        ].join('\n'),
      ),
    );
    expect(stdout).toMatch(new RegExp(`^   27    50%  shop, pid ${pids.shop}$`, 'm'));
  });

  test('without the right to see processes it says how many remain unknown, and what to type', async (t) => {
    // Who is in a user namespace of its own has no rights over processes outside of it.
    const { code, stdout, stderr } = await inspectInside(t, namespace, ['--top', '3'], ['unshare', '-U']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {3}54 {3}100% {2}\(unknown\)$/m);
    expect(stdout).toMatch(
      /\nThe process of 54 of 54 was not found: other users' processes are for root to\nsee\. Type:\nsudo node \S*cli\.js inspect --config \S+ --top 3\n$/s,
    );
    const inspection = JSON.parse((await inspectInside(t, namespace, ['--json'], ['unshare', '-U'])).stdout);
    expect(inspection.processes).toMatchObject({ connections: 0, top: [], unknown: 54 });
    expect(inspection.processes.refused).toBeGreaterThanOrEqual(3);
    expect(inspection.addresses.distinct).toBe(7);
  });

  test('on a terminal it draws again until Ctrl-C, which leaves the last picture and ends with 0', async (t) => {
    const file = await configFile(t, '');
    const command = `stty cols 40 rows 12; exec '${process.execPath}' '${CLI}' inspect --watch 1 --config '${file}'`;
    const child = namespace.spawn('script', ['-qefc', command, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh' },
    });
    const terminal = follow(t, child);
    const pictures = () => terminal.stdout().split('\x1b[H').slice(1);
    await until(
      () => pictures().length >= 3,
      () => `three pictures: ${terminal.stdout()}`,
    );
    child.stdin?.write('\x03');
    expect((await terminal.ended).code).toBe(0);
    const screen = terminal.stdout().replaceAll('\r\n', '\n');
    expect(screen.startsWith('\x1b[?1049h')).toBe(true);
    const [drawn = '', left = ''] = screen.split('\x1b[?1049l');
    const [, picture = ''] = drawn.split('\x1b[H');
    const lines = picture.replaceAll('\x1b[K', '').replace('\x1b[J', '').trimEnd().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toMatch(/^\(\d+ lines more; see --top\)$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
    expect(left).toContain(`shop, pid ${pids.shop}\n`);
  });

  test('without a terminal --watch prints one after another, and SIGINT ends it with 0', async (t) => {
    const file = await configFile(t, '');
    const args = [CLI, 'inspect', '--json', '--watch', '1', '--config', file];
    const agent = follow(t, namespace.spawn(process.execPath, args, { env: { PATH: process.env.PATH } }));
    const lines = () => agent.stdout().split('\n').slice(0, -1);
    await until(
      () => lines().length >= 2,
      () => `two lines: ${agent.stderr()}`,
    );
    const { code, stderr } = await agent.stop('SIGINT');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of lines()) expect(JSON.parse(line).connections).toBe(54);
  });
});

test.skipIf(refusal)('connections that nobody has accepted yet are told apart', async (t) => {
  const namespace = await openNamespace();
  t.onTestFinished(() => namespace.close());
  await talk(t, namespace, 'deaf', { listen: [{ port: 1_443, host: '127.0.0.1' }], deaf: true });
  await talk(t, namespace, 'caller', { call: [{ port: 1_443, host: '127.0.0.1', count: 5 }] });
  const { stdout } = await inspectInside(t, namespace, []);
  expect(stdout).toMatch(/^10 established \(ipv4 10, ipv6 0\): 5 incoming, 5 outgoing$/m);
  expect(stdout).toMatch(/^ {4}5 {4}50% {2}caller, pid \d+\n {4}5 {4}50% {2}\(waiting to be accepted\)\n$/m);
});

test.skipIf(refusal)('99,000 connections', async (t) => {
  const namespace = await openNamespace({ ipv4: 29_700, ipv6: 9_900, mapped: 9_900 });
  t.onTestFinished(() => namespace.close());
  const { code, stdout, stderr } = await inspectInside(t, namespace, ['--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { tcp, tcp6 } = namespace.expected;
  expect(JSON.parse(stdout)).toMatchObject({
    families: { ipv4: tcp.established, ipv6: tcp6.established },
    connections: 99_000,
    incoming: 49_500,
    addresses: {
      top: [
        { address: '127.0.0.1', connections: 79_200 },
        { address: '::1', connections: 19_800 },
      ],
    },
    localPorts: { distinct: 5 },
    processes: { connections: 99_000, top: [{ processes: 5 }], unheld: 0, unknown: 0 },
  });
});

test.skipIf(refusal)('loopback: false leaves the same out as for once', async (t) => {
  const namespace = await openNamespace({ ipv4: 3, mapped: 1 });
  t.onTestFinished(() => namespace.close());
  const { code, stdout } = await scoutAgent(t, ['inspect'], {
    config: `proc: ${namespace.proc}\nloopback: false`,
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^0 established \(ipv4 0, ipv6 0\): 0 incoming, 0 outgoing\nin each state: listen 1\n$/m,
  );
});

test.concurrent('one bad table leaves the other, and is named', async (t) => {
  const proc = await procFolder(t, { tcp: 12 });
  await writeFile(proc.table('tcp6'), 'this is no table\n');
  const { code, stdout } = await scoutAgent(t, ['inspect'], { config: `proc: ${proc.path}` });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^12 established \(ipv4 12\): 12 incoming, 0 outgoing$/m);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/not counted: \S+tcp6: begins with "this is no table"/);
});

test.concurrent('without a table it exits 1 and says why', async (t) => {
  const { code, stdout, stderr } = await scoutAgent(t, ['inspect'], {
    config: `proc: ${await scratchFolder(t)}`,
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^scout-agent: .*tcp: there is no such table.*; .*tcp6: there is no such table.*\n$/,
  );
});

test.concurrent('a reader that has seen enough ends --watch', async (t) => {
  const { path } = await procFolder(t, { tcp: 12 });
  const file = await configFile(t, `proc: ${path}`);
  const shell = spawn(
    'sh',
    ['-c', `'${process.execPath}' '${CLI}' inspect --watch 1 -c '${file}' | head -1`],
    {
      env: { PATH: process.env.PATH },
    },
  );
  const [code] = await once(shell, 'close');
  expect(code).toBe(0);
});

test.concurrent.for([
  [['--top', '0'], /'--top <n>' argument '0' is invalid\. It must be a whole number from 1 to 1000\./],
  [['--top', '1001'], /from 1 to 1000/],
  [['--top', 'ten'], /from 1 to 1000/],
  [['--top', '1e2'], /from 1 to 1000/],
  [
    ['--watch', '0.1'],
    /'--watch \[seconds\]' argument '0\.1' is invalid\. It must be a whole number from 1 to 3600\./,
  ],
  [['--state', 'timewait'], /Allowed: established, .*, all \(did you mean 'time_wait'\?\)\./],
  [['--jsno'], /unknown option '--jsno'/],
  [['me'], /too many arguments for 'inspect'/],
] as const)('%o is a wrong use: exit code 2', async ([args, told], t) => {
  const { code, stdout, stderr } = await scoutAgent(t, ['inspect', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(told);
});
