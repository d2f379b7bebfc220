/** `once`: one collection, printed. */
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namespaceRefusal, openNamespace } from '../../../test/support/namespace.js';
import { procFolder } from '../support/proc-folder.js';
import { scoutAgent, scratchFolder } from '../support/scout-agent.js';

const refusal = namespaceRefusal();
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The rows below the heading: state, family, count, and the command that counts by hand. */
function rowsOf(stdout: string) {
  return [...stdout.matchAll(/^(\w+) +(ipv4|ipv6|both) +(\d+) {2}(cat .*)$/gm)].map(
    ([, state, family, count, command]) => ({ state, family, count: Number(count), command: command ?? '' }),
  );
}

function byHand(command: string): number {
  return Number(execFileSync('sh', ['-c', command], { encoding: 'utf8' }));
}

test.skipIf(refusal)('each count stands beside a command that gives the same number', async (t) => {
  const namespace = await openNamespace({ ipv4: 30, ipv6: 12, mapped: 5 });
  t.onTestFinished(() => namespace.close());
  const { code, stdout, stderr } = await scoutAgent(t, ['once'], { config: `proc: ${namespace.proc}` });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { tcp, tcp6 } = namespace.expected;
  const rows = rowsOf(stdout);
  expect(rows).toMatchObject([
    { state: 'established', family: 'ipv4', count: tcp.established },
    { state: 'established', family: 'ipv6', count: tcp6.established },
    { state: 'established', family: 'both', count: tcp.established + tcp6.established },
  ]);
  for (const { command, count } of rows) expect(byHand(command)).toBe(count);
  expect(stdout).toMatch(new RegExp(`^${hostname()}, \\d{4}-`));
  expect(stdout).toMatch(/^read in \d+\.\d ms$/m);
});

test.skipIf(refusal)('inside a namespace it counts that one', async (t) => {
  const namespace = await openNamespace({ ipv4: 4 });
  t.onTestFinished(() => namespace.close());
  const { stdout } = await namespace.run(process.execPath, [
    (await import('../support/scout-agent.js')).CLI,
    'once',
    '--json',
  ]);
  expect(JSON.parse(stdout).metrics[0]).toMatchObject({ value: 8 });
});

test.skipIf(refusal)('without loopback the commands leave it out as well', async (t) => {
  const namespace = await openNamespace({ ipv4: 3, ipv6: 2, mapped: 1 });
  t.onTestFinished(() => namespace.close());
  await namespace.run('ip', ['addr', 'add', '10.9.8.7/32', 'dev', 'lo']);
  const config = `proc: ${namespace.proc}\nloopback: false\nports: [1024]\nmetrics: [tcp_connections, tcp_listen]`;
  const { code, stdout } = await scoutAgent(t, ['once'], { config });
  expect(code).toBe(0);
  const rows = rowsOf(stdout);
  expect(rows.map(({ count }) => count)).toEqual([0, 0, 0, 1]);

  for (const { command, count } of rows) expect(byHand(command)).toBe(count);
  for (const { command } of rows) expect(byHand(command.replace(/ && [^']*/, ''))).toBeGreaterThan(0);
  expect(stdout).toMatch(
    /^scout\.tcp\.port\.connections +network\.type=ipv4, network\.local\.port=1024 +0 {2}\{connection\}$/m,
  );
});

test.skipIf(refusal)('counts of other namespaces stand apart, by their names', async (t) => {
  const namespace = await openNamespace({ ipv4: 400 });
  t.onTestFinished(() => namespace.close());
  const { code, stdout } = await scoutAgent(t, ['once'], { config: 'namespaces: all' });
  expect(code).toBe(0);
  for (const { command, count } of rowsOf(stdout)) expect(byHand(command)).toBe(count);
  expect(stdout).toMatch(
    /^system\.network\.connection\.count +network\.type=ipv4, scout\.network\.namespace=\S+, network\.connection\.state=established +800 /m,
  );
});

test.concurrent('a share of CPU time is there, because it waits for a second reading', async (t) => {
  const { code, stdout, stderr } = await scoutAgent(t, ['once'], { config: 'metrics: [cpu_percent]' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^system\.cpu\.utilization +cpu\.mode=idle +[\d.]+ +1$/m);
  expect(stdout).not.toContain('established');
});

test.concurrent('every state has a row and a command of its own', async (t) => {
  const proc = await procFolder(t, { tcp: 3, tcp6: 2 });
  const { stdout } = await scoutAgent(t, ['once'], { config: `metrics: [tcp_states]\nproc: ${proc.path}` });
  const rows = rowsOf(stdout);
  expect(rows).toHaveLength(22);
  expect(new Set(rows.map(({ state }) => state)).size).toBe(11);
  for (const { command, count } of rows) expect(byHand(command)).toBe(count);
  expect(rows.filter(({ count }) => count > 0)).toMatchObject([
    { state: 'established', family: 'ipv4', count: 3 },
    { state: 'established', family: 'ipv6', count: 2 },
    { state: 'listen', family: 'ipv4', count: 1 },
    { state: 'listen', family: 'ipv6', count: 1 },
  ]);
});

test.concurrent('the command holds for a folder with a strange name too', async (t) => {
  const proc = await procFolder(t, { tcp: 3 });
  const strange = join(await scratchFolder(t), "host's $HOME; proc");
  await symlink(proc.path, strange);
  const { stdout } = await scoutAgent(t, ['once'], { config: `proc: ${JSON.stringify(strange)}` });
  const [row] = rowsOf(stdout);
  expect(row?.count).toBe(3);
  expect(byHand(row?.command ?? '')).toBe(3);
});

test.concurrent('--json prints one object and nothing else', async (t) => {
  const proc = await procFolder(t, { tcp: 12, tcp6: 3 });
  const { code, stdout, stderr } = await scoutAgent(t, ['once', '--json'], { config: `proc: ${proc.path}` });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const of = (family: string) => ({ 'network.transport': 'tcp', 'network.type': family });
  const count = (family: string, value: number) => ({
    name: 'system.network.connection.count',
    unit: '{connection}',
    value,
    attributes: { ...of(family), 'network.connection.state': 'established' },
  });
  const success = (family: string) => ({
    name: 'scout.tcp.scan.success',
    unit: '{success}',
    value: 1,
    attributes: of(family),
  });
  const duration = (family: string) => ({
    name: 'scout.tcp.scan.duration',
    unit: 's',
    value: expect.any(Number),
    attributes: of(family),
  });
  expect(JSON.parse(stdout)).toEqual({
    time: expect.stringMatching(ISO_TIME),
    host: hostname(),
    metrics: [
      count('ipv4', 12),
      count('ipv6', 3),
      success('ipv4'),
      success('ipv6'),
      duration('ipv4'),
      duration('ipv6'),
    ],
  });
});

test.concurrent('without a count it exits 1, says why where the log is silent too, and invents none', async (t) => {
  const folder = await scratchFolder(t);
  const config = `proc: ${folder}`;
  const env = { OTEL_LOG_LEVEL: 'none' };
  const text = await scoutAgent(t, ['once'], { config, env });
  expect(text).toMatchObject({ code: 1, stderr: '' });
  expect(text.stdout).toMatch(
    /Z\n\nno ipv4 count: .*\/1\/net\/tcp: there is no such table.*\nno ipv6 count: .*\/tcp6: there is no such .*\n$/,
  );

  const json = await scoutAgent(t, ['once', '--json'], { config, env });
  expect(json.code).toBe(1);
  expect(json.stderr).toMatch(
    /^scout-agent: no ipv4 count: .*\/1\/net\/tcp: there is no such table.*; no ipv6 count: .*\n$/,
  );
  const { metrics } = JSON.parse(json.stdout);
  expect(metrics.map(({ name, value }: { name: string; value: number }) => [name, value])).toEqual([
    ['scout.tcp.scan.success', 0],
    ['scout.tcp.scan.success', 0],
  ]);
});

test.concurrent('one bad table leaves the other its count, and is named', async (t) => {
  const proc = await procFolder(t, { tcp: 12 });
  await mkdir(join(proc.path, '1', 'net'), { recursive: true });
  await writeFile(proc.table('tcp6'), 'this is no table\n');
  const { code, stdout, stderr } = await scoutAgent(t, ['once'], { config: `proc: ${proc.path}` });
  expect(code).toBe(0);
  expect(rowsOf(stdout)).toMatchObject([{ state: 'established', family: 'ipv4', count: 12 }]);
  for (const text of [stdout, stderr])
    expect(text).toMatch(/no ipv6 count: .*tcp6: begins with "this is no table"/);
});
