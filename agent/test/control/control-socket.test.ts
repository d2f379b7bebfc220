/** The socket through which commands reach the running agent: who gets it, and what becomes of what is there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { askAll } from '../support/ask.js';
import { type Counting, startCounting } from '../support/counting.js';
import { procFolder } from '../support/proc-folder.js';
import { CLI, configFile, follow, scratchFolder, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

const EXPORT = '/export?from=0&to=9999999999999&format=csv';

const startIn = (t: Test, folder: string, env: Record<string, string> = {}): Promise<Counting> =>
  startCounting(t, { config: `interval: 1s\nhistory: {directory: ${folder}}`, env });

const untilThere = (path: string) =>
  until(
    () => existsSync(path),
    () => `${path} being there`,
  );

test('it is in the folder of the history while the agent runs', async (t) => {
  const folder = await scratchFolder(t);
  const { agent } = await startIn(t, folder);
  await untilThere(join(folder, 'agent.sock'));
  const { status, body } = await askAll(join(folder, 'agent.sock'), EXPORT);
  expect(status).toBe(200);
  expect(body).toMatch(/^time,seconds,name/);
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/ warn | error /);
  expect((await readdir(folder)).filter((name) => !name.startsWith('history.'))).toEqual([]);
});

test('where systemd gives a runtime directory it is in the first of them', async (t) => {
  const [folder, runtime] = [await scratchFolder(t), await scratchFolder(t)];
  const { agent } = await startIn(t, folder, { RUNTIME_DIRECTORY: `${runtime}:/run/another` });
  await untilThere(join(runtime, 'agent.sock'));
  expect((await askAll(join(runtime, 'agent.sock'), EXPORT)).status).toBe(200);
  expect(existsSync(join(folder, 'agent.sock'))).toBe(false);
  await agent.stop();
  expect(await readdir(runtime)).toEqual([]);
});

test('its owner and its group may use it, from the first moment, whatever the umask', async (t) => {
  const { path: proc } = await procFolder(t, { tcp: 1 });
  const folder = await scratchFolder(t);
  const dashboard = `dashboard: {listen: "127.0.0.1:0"}`;
  const file = await configFile(
    t,
    `proc: ${proc}\ninterval: 1s\nhistory: {directory: ${folder}}\n${dashboard}\n`,
  );
  const command = [process.execPath, CLI, 'run', '-c', file];
  const agent = follow(
    t,
    spawn('sh', ['-c', 'umask 0; exec "$@"', 'sh', ...command], {
      env: { PATH: process.env.PATH, OTEL_METRICS_EXPORTER: 'none' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const modes = new Set<string>();
  const socket = join(folder, 'agent.sock');
  for (const end = Date.now() + 45_000; modes.size === 0 && Date.now() < end; await setImmediate())
    for (let i = 0; i < 1_000; i++) {
      const there = statSync(socket, { throwIfNoEntry: false });
      if (there !== undefined) modes.add((there.mode & 0o777).toString(8));
    }
  expect(modes).toEqual(new Set(['660']));
  expect((await agent.stop()).code).toBe(0);
});

test('what a killed agent has left is replaced', async (t) => {
  const folder = await scratchFolder(t);
  const socket = join(folder, 'agent.sock');
  const first = await startIn(t, folder);
  await untilThere(socket);
  await first.agent.stop('SIGKILL');
  expect(lstatSync(socket).isSocket()).toBe(true);
  await expect(askAll(socket, EXPORT)).rejects.toThrow('ECONNREFUSED');
  const second = await startIn(t, folder);
  await until(
    () =>
      askAll(socket, EXPORT).then(
        ({ status }) => status === 200,
        () => false,
      ),
    () => 'the second answering',
  );
  expect((await second.agent.stop()).stderr).not.toMatch(/ warn | error /);
  expect(existsSync(socket)).toBe(false);
});

test("a living agent's stays, is not removed by another, and is that one's when the first has ended", async (t) => {
  const folder = await scratchFolder(t);
  const socket = join(folder, 'agent.sock');
  const first = await startIn(t, folder);
  await untilThere(socket);
  const { ino } = await stat(socket);
  const warning =
    / warn {2}no command reaches this agent through .*: another agent answers there; it is tried again/;
  const second = await startIn(t, folder);
  const third = await startIn(t, folder);
  for (const { agent } of [second, third]) await agent.untilLogged(warning);
  await second.receiver.untilTaken(2);
  expect((await second.agent.stop()).code).toBe(0);
  expect((await stat(socket)).ino).toBe(ino);
  expect((await askAll(socket, EXPORT)).status).toBe(200);

  await first.agent.stop();
  await third.agent.untilLogged(/ info {2}commands reach this agent through /);
  expect((await askAll(socket, EXPORT)).status).toBe(200);
  expect(third.agent.logged(/ no command /)).toHaveLength(1);
});

test('where another took its place at the same instant, it says so and is reached once that one has ended', async (t) => {
  const folder = await scratchFolder(t);
  const socket = join(folder, 'agent.sock');
  const { agent } = await startIn(t, folder);
  await untilThere(socket);
  const other = createServer();
  t.onTestFinished(() => void other.close());
  await once(other.listen(join(folder, 'other.sock')), 'listening');
  await rename(join(folder, 'other.sock'), socket);
  await agent.untilLogged(/ warn {2}no command reaches this agent through .*: another agent answers there; /);
  other.close();
  await agent.untilLogged(/ info {2}commands reach this agent through /);
  expect((await askAll(socket, EXPORT)).status).toBe(200);
  expect((await agent.stop()).code).toBe(0);
  expect(existsSync(socket)).toBe(false);
});

test('it goes with the agent though somebody holds a connection and says nothing', async (t) => {
  const folder = await scratchFolder(t);
  const socket = join(folder, 'agent.sock');
  const { agent } = await startIn(t, folder);
  await untilThere(socket);
  const silent = connect(socket);
  await once(silent, 'connect');
  silent.on('error', () => {});
  expect((await agent.stop()).code).toBe(0);
  expect(existsSync(socket)).toBe(false);
});

test.for([
  ['a file', (path: string) => writeFile(path, 'mine'), (path: string) => readFile(path, 'utf8'), 'mine'],
  ['a folder', (path: string) => mkdir(path), (path: string) => readdir(path), []],
  [
    'a link',
    (path: string) => symlink('/nowhere', path),
    async (path: string) => lstatSync(path).isSymbolicLink(),
    true,
  ],
] as const)('%s in its place stays; it says so once and counts on', async ([, make, look, seen], t) => {
  const folder = await scratchFolder(t);
  const path = join(folder, 'agent.sock');
  await make(path);
  const { agent, receiver } = await startIn(t, folder);
  await agent.untilLogged(/ warn /);
  await receiver.untilTaken(2);
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  expect(await look(path)).toEqual(seen);
  expect(stderr.split('\n').filter((line) => / warn | error /.test(line))).toEqual([
    expect.stringContaining(
      ` warn  no command reaches this agent through ${path}: what is there is no socket and stays as it is; move it away; it is tried again`,
    ),
  ]);
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test.for([107, 108])('a path of %i bytes', async (bytes, t) => {
  const scratch = await scratchFolder(t);
  const folder = join(scratch, 'é'.repeat(8), 'x'.repeat(bytes - Buffer.byteLength(scratch) - 29));
  const socket = join(folder, 'agent.sock');
  expect(Buffer.byteLength(socket)).toBe(bytes);
  const { agent, receiver } = await startIn(t, folder);
  await receiver.untilTaken(2);
  if (bytes === 107) expect((await askAll(socket, EXPORT)).status).toBe(200);
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  expect(stderr.split('\n').filter((line) => / warn | error /.test(line))).toEqual(
    bytes === 107
      ? []
      : [
          expect.stringContaining(
            ` warn  no command reaches this agent: the path ${socket} has 108 bytes, a socket's at most 107; `,
          ),
        ],
  );
});

test.for([
  ['from=&to=2&format=csv', 'from must be a time in milliseconds since 1970'],
  ['to=2&format=csv', 'from must be a time in milliseconds since 1970'],
  ['from=1&to=7d&format=csv', 'to must be a time in milliseconds since 1970'],
  ['from=1&to=-2&format=csv', 'to must be a time in milliseconds since 1970'],
  ['from=1&to=99999999999999999&format=csv', 'to must be a time in milliseconds since 1970'],
  ['from=2&to=2&format=csv', 'from must be before to'],
  ['from=1&to=2', 'format must be one of csv, json'],
  ['from=1&to=2&format=constructor', 'format must be one of csv, json'],
] as const)('/export?%s is refused', async ([query, error], t) => {
  const folder = await scratchFolder(t);
  await startIn(t, folder);
  await untilThere(join(folder, 'agent.sock'));
  const { status, body } = await askAll(join(folder, 'agent.sock'), `/export?${query}`);
  expect({ status, answer: JSON.parse(body) }).toEqual({ status: 400, answer: { error } });
});

test('what it does not have, and a history that can not be read, are told', async (t) => {
  const folder = await scratchFolder(t);
  const runtime = await scratchFolder(t);
  await writeFile(join(folder, 'file'), '');
  await startIn(t, join(folder, 'file/x'), { RUNTIME_DIRECTORY: runtime });
  const socket = join(runtime, 'agent.sock');
  await untilThere(socket);
  const answers = await Promise.all(['/nothing', EXPORT].map((path) => askAll(socket, path)));
  expect(answers.map(({ status, body }) => ({ status, answer: JSON.parse(body) }))).toEqual([
    { status: 404, answer: { error: 'this agent has nothing at /nothing' } },
    {
      status: 500,
      answer: { error: expect.stringContaining(`ENOTDIR: not a directory, mkdir '${folder}/file/x'`) },
    },
  ]);
});
