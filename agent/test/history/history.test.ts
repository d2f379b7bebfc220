/** The history of a running agent. */
import { execFile, spawn } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { namespaceRefusal } from '../../../test/support/namespace.js';
import { writeNetDev } from '../../../test/support/net-dev.js';
import { type Counting, startCounting } from '../support/counting.js';
import { procFolder } from '../support/proc-folder.js';
import { CLI, configFile, follow, scratchFolder, type Test } from '../support/scout-agent.js';

const ESTABLISHED = 'system.network.connection.count established';

async function startKeeping(t: Test, config = '', tables?: Record<'tcp' | 'tcp6', number>) {
  const folder = await scratchFolder(t);
  const counting = await startCounting(t, {
    config: `interval: 1s\nhistory: {directory: ${folder}}\n${config}`,
    ...(tables && { tables }),
  });
  return { ...counting, folder };
}

/** The readings by series, in the order of time. */
function readings(folder: string): Record<string, number[]> {
  const database = new Database(join(folder, 'history.db'));
  const rows = database
    .prepare('SELECT name, attributes, value FROM raw JOIN series ON series = id ORDER BY time')
    .raw()
    .all() as [string, string, number][];
  const series: Record<string, number[]> = {};
  for (const [name, attributes, value] of rows) {
    const text = Object.values(JSON.parse(attributes)).join(' ');
    series[`${name} ${text}`.trim()] ??= [];
    series[`${name} ${text}`.trim()]?.push(value);
  }
  return series;
}

async function stop({ agent }: Counting): Promise<string> {
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  return stderr;
}

test('every cycle is kept: each family, their sum, CPU and throughput, whatever is exported', async (t) => {
  const counting = await startKeeping(t, 'metrics: [tcp_listen]', { tcp: 12, tcp6: 3 });
  const { proc, receiver, folder } = counting;
  await receiver.untilTaken(2);
  await proc.write('tcp', 20);
  await writeFile(join(proc.path, 'stat'), 'cpu  400 0 50 800 10 0 5 0 0 0\n');
  await receiver.untilTaken(receiver.taken.length + 2);
  expect(await stop(counting)).not.toMatch(/ warn | error /);
  const kept = readings(folder);
  const count = (family: string) => kept[`${ESTABLISHED}${family}`] as number[];
  expect(new Set(count(' ipv4'))).toEqual(new Set([12, 20]));
  expect(new Set(count(' ipv6'))).toEqual(new Set([3]));
  expect(count('')).toEqual(count(' ipv4').map((ipv4) => ipv4 + 3));
  expect(count('')).toHaveLength(receiver.taken.length);
  expect(kept['system.network.connection.count listen']).toEqual(Array(receiver.taken.length).fill(2));
  expect(kept['system.cpu.utilization']).toContain(1);
  expect(new Set(kept['system.network.io receive'])).toEqual(new Set([0]));
  expect(new Set(kept['system.network.errors transmit'])).toEqual(new Set([0]));

  const sent = receiver.taken.flatMap(({ body }) =>
    body.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
  );
  expect(new Set(sent.map(({ name }) => name))).toEqual(
    new Set([
      'system.network.connection.count',
      'scout.tcp.scan.success',
      'scout.tcp.scan.duration',
      'scout.alert.state',
    ]),
  );
  expect(JSON.stringify(sent)).toContain('"listen"');
  expect(JSON.stringify(sent)).not.toContain('established');
});

test('nothing of TCP is sent where only CPU and traffic are listed', async (t) => {
  const counting = await startKeeping(t, 'metrics: [net_rx_bytes]');
  await counting.receiver.untilTaken(2);
  await stop(counting);
  expect(JSON.stringify(counting.receiver.taken.map(({ body }) => body))).not.toMatch(
    /scout\.tcp|connection\.count/,
  );
  expect(readings(counting.folder)[ESTABLISHED]?.length).toBeGreaterThan(1);
});

test('throughput is a rate: what the interfaces carried, over the time that passed', async (t) => {
  const counting = await startKeeping(t);
  const { proc, receiver, folder } = counting;
  const write = (received: number, sent: number) =>
    writeNetDev(proc.path, { eth0: [received, 0, sent, 0], eth1: [received, 0, 0, 0] });
  await write(1_000_000, 5_000);
  await receiver.untilTaken(3);
  await write(2_000_000, 105_000);
  await receiver.untilTaken(receiver.taken.length + 2);
  await stop(counting);
  const kept = readings(folder);
  // One cycle has it all, over the time since the one before.
  const [received, sent] = ['receive', 'transmit'].map((direction) =>
    Math.max(...(kept[`system.network.io ${direction}`] as number[])),
  ) as [number, number];
  expect(received / sent).toBeCloseTo(20, 5);
  expect(received).toBeGreaterThan(2_000_000 / 45);
  expect(received).toBeLessThan(2_000_000 / 0.5);
});

test('no sum is kept of a cycle in which a family could not be read', async (t) => {
  const counting = await startKeeping(t);
  const { proc, receiver, folder } = counting;
  await receiver.untilTaken(2);
  await writeFile(proc.table('tcp6'), 'no table\n');
  await receiver.untilTaken(receiver.taken.length + 3);
  await stop(counting);
  const kept = readings(folder);
  const [ipv4, sum] = [' ipv4', ''].map((family) => kept[`${ESTABLISHED}${family}`]?.length as number) as [
    number,
    number,
  ];
  expect(sum).toBeGreaterThan(0);
  expect(ipv4).toBeGreaterThanOrEqual(sum + 2);
});

test('a restart goes on in the same file', async (t) => {
  const first = await startKeeping(t);
  await first.receiver.untilTaken(1);
  await stop(first);
  const before = readings(first.folder)[ESTABLISHED] as number[];
  const second = await startCounting(t, { config: `interval: 1s\nhistory: {directory: ${first.folder}}` });
  await second.receiver.untilTaken(1);
  await stop(second);
  expect(readings(first.folder)[ESTABLISHED]?.length).toBeGreaterThan(before.length);
});

test('where the folder can not be written it says so once, counts on and stops well', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'file'), '');
  const counting = await startCounting(t, { config: `interval: 1s\nhistory: {directory: ${folder}/file/x}` });
  await counting.receiver.untilTaken(3);
  const told = (await stop(counting)).split('\n').filter((line) => / warn | error /.test(line));
  expect(told.map((line) => line.replace(/^.* warn {2}/, '')).toSorted()).toEqual([
    expect.stringMatching(`^no command reaches this agent through ${folder}/file/x/agent\\.sock: ENOTDIR`),
    expect.stringMatching(`^no history is kept in ${folder}/file/x: ENOTDIR.*; it is tried again`),
  ]);
});

test('a file that goes bad while the agent runs is set aside, and the history goes on', async (t) => {
  const counting = await startKeeping(t);
  const { folder, receiver, agent } = counting;
  await receiver.untilTaken(2);
  for (const name of (await readdir(folder)).filter((name) => name.startsWith('history.'))) {
    const { size } = await stat(join(folder, name));
    await writeFile(join(folder, name), Buffer.alloc(size, 0xff), { flag: 'r+' });
  }
  await agent.untilLogged(/history\.db is damaged .* it is kept as /);
  await receiver.untilTaken(receiver.taken.length + 2);
  await stop(counting);
  expect(readings(folder)[ESTABLISHED]?.length).toBeGreaterThan(1);
});

test('on a full disk it says so once, and the history goes on when there is room again', async (t) => {
  const refusal = namespaceRefusal();
  if (refusal) t.skip(refusal);
  const { path: proc } = await procFolder(t, { tcp: 12, tcp6: 3 });
  const folder = await scratchFolder(t);
  const file = await configFile(t, `proc: ${proc}\ninterval: 1s\nhistory: {directory: ${folder}}\n`);
  const script = 'mount -t tmpfs -o size=48k none "$0"; exec "$@"';
  const command = [process.execPath, CLI, 'run', '-c', file];
  const agent = follow(
    t,
    spawn('unshare', ['-Urm', 'sh', '-ec', script, folder, ...command], {
      env: { PATH: process.env.PATH, OTEL_METRICS_EXPORTER: 'none' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  await agent.untilLogged(/ warn {2}no history is kept in .*: .*full; it is tried again each cycle/);
  const inside = ['-t', String(agent.pid), '-U', '--preserve-credentials', '-m'];
  await promisify(execFile)('nsenter', [...inside, 'mount', '-o', 'remount,size=10m', folder]);
  await agent.untilLogged(/ info {2}the history is kept again; cycles missing in it: \d+/);
  expect(agent.logged(/no history is kept/)).toHaveLength(1);
  expect((await agent.stop()).code).toBe(0);
});
