/** The history through the socket: whole, at the reader's pace, and for whom the file is out of reach. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { controlApp } from '../../dist/control/app.js';
import { ControlSocket } from '../../dist/control/control-socket.js';
import { History } from '../../dist/history/history.js';
import type { Answer } from '../../src/history/messages.js';
import type { PageQuestion } from '../../src/history/page.js';
import { ask, askAll } from '../support/ask.js';
import { startCounting } from '../support/counting.js';
import { keepHistory } from '../support/kept-history.js';
import { CLI, configFile, scoutAgent, scratchFolder, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';

const [SERIES, READINGS] = [8, 30_000];
/** 30,000 readings of 10 s before. */
const END = Math.floor(Date.now() / 10_000) * 10_000;
/** What the agent counts itself comes after. */
const EXPORT = `/export?from=0&to=${END}&format=json`;
const LINES = SERIES * (READINGS - 1);

async function startOn(t: Test, env: Record<string, string> = {}) {
  const folder = await scratchFolder(t);
  keepHistory(folder, SERIES, READINGS, END);
  const config = `history: {directory: ${folder}}`;
  const counting = await startCounting(t, { config: `interval: 1s\n${config}`, env });
  const socket = join(env.RUNTIME_DIRECTORY ?? folder, 'agent.sock');
  await until(
    () => existsSync(socket),
    () => `${socket} being there`,
  );
  return { ...counting, folder, config, socket };
}

test('the agent gives what the file holds, and more than the file where it holds what is newer', async (t) => {
  const { agent, config, socket } = await startOn(t);
  const options = ['export', '--to', new Date(END).toISOString()];
  const asked = await scoutAgent(t, options, { config });
  const json = await askAll(socket, EXPORT);
  expect((await agent.stop()).code).toBe(0);
  expect(existsSync(socket)).toBe(false);
  const read = await scoutAgent(t, options, { config });
  expect(asked.code).toBe(0);
  expect(asked.stdout.split('\n')).toHaveLength(LINES + 2);
  expect(read).toEqual(asked);
  expect(json).toEqual({
    status: 200,
    body: (await scoutAgent(t, [...options, '--format', 'json'], { config })).stdout,
  });
});

test('a reader that takes its time costs no memory and holds up no cycle and no other reader', async (t) => {
  const { agent, receiver, socket } = await startOn(t);
  const newest = async () => {
    const { body } = await askAll(socket, `/export?from=${END}&to=9999999999999&format=json`);
    return body.split('\n').filter((line) => line.includes('"network.type":"ipv4"')).length;
  };
  // The heap finds its size.
  await askAll(socket, EXPORT);
  await receiver.untilTaken(3);
  const [memory, kept] = [residentMegabytes(agent.pid), await newest()];
  const { response } = await ask(socket, EXPORT);
  await once(response, 'readable');
  await until(
    () => sleep(200).then(async () => (await newest()) > kept + 4),
    () => 'cycles in the history while one reads slowly',
  );
  const grown = residentMegabytes(agent.pid) - memory;
  const body = await text(response);
  // Written without waiting, the 39 MB of text made it 19.
  expect(grown).toBeLessThan(10);
  const lines = body.split('\n');
  expect(lines).toHaveLength(LINES + 1);
  expect(new Set(lines).size).toBe(LINES + 1);
});

describe('in one process with the test', () => {
  class CountingHistory extends History {
    pages = 0;
    override page(question: PageQuestion): Promise<Answer> {
      this.pages++;
      return super.page(question);
    }
  }

  async function serve(t: Test) {
    const directory = await scratchFolder(t);
    keepHistory(directory, SERIES, READINGS, END);
    const history = new CountingHistory({ directory, retentionMillis: 30 * 86_400_000 }, 10_000);
    const socket = join(directory, 'agent.sock');
    const control = new ControlSocket(socket, controlApp(history, undefined, undefined));
    t.onTestFinished(async () => {
      await control.close();
      await history.drain(10_000);
    });
    await until(
      () => existsSync(socket),
      () => `${socket} being there`,
    );
    return { history, socket };
  }

  test('a page is not read before the one before it has gone out', async (t) => {
    const { history, socket } = await serve(t);
    await askAll(socket, EXPORT);
    const whole = history.pages;
    expect(whole).toBeGreaterThan(100);
    const { request, response } = await ask(socket, EXPORT);
    await once(response, 'readable');
    // Pages of the one that takes its time would come between these.
    await askAll(socket, EXPORT);
    expect(history.pages).toBeLessThan(2 * whole + 10);
    request.on('error', () => {}).destroy();
  });

  test('a reader that goes away ends what is read for it', async (t) => {
    const { history, socket } = await serve(t);
    await askAll(socket, EXPORT);
    const whole = history.pages;
    for (let i = 0; i < 10; i++) {
      const { request, response } = await ask(socket, EXPORT);
      await once(response, 'readable');
      request.on('error', () => {}).destroy();
    }
    // Pages of the ten that still went on would come between these.
    await askAll(socket, EXPORT);
    expect(history.pages).toBeLessThan(2 * whole + 10 * 10);
  });

  test('where the history fails on the way, what was sent does not look whole', async (t) => {
    const { history, socket } = await serve(t);
    const { response } = await ask(socket, EXPORT);
    await once(response, 'readable');
    await history.drain(10_000);
    await expect(buffer(response)).rejects.toThrow('aborted');
  });
});

test.for(['SIGTERM', 'SIGKILL'] as const)(
  'where %s ends the agent on the way, export fails and says so',
  async (signal, t) => {
    const { agent, config } = await startOn(t);
    const command = spawn(process.execPath, [CLI, 'export', '-c', await configFile(t, config)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.onTestFinished(() => void command.kill('SIGKILL'));
    const closed = once(command, 'close');
    const stderr = text(command.stderr);
    await once(command.stdout, 'readable');
    const { code } = await agent.stop(signal);
    expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
    command.stdout.resume();
    expect(await closed).toEqual([1, null]);
    expect(await stderr).toBe('scout-agent: the agent ended before all was exported; run it again\n');
  },
);

test('an agent that is silent is left alone, and the file is read', async (t) => {
  const { agent, config } = await startOn(t);
  agent.child.kill('SIGSTOP');
  const { code, stdout } = await scoutAgent(t, ['export', '--to', new Date(END).toISOString()], { config });
  expect(code).toBe(0);
  expect(stdout.split('\n')).toHaveLength(LINES + 2);
});

/** Whose only right is to see every file, so that the program may lie anywhere. */
const AS = ['--clear-groups', '--inh-caps=-all,+dac_read_search', '--ambient-caps=+dac_read_search'];

describe('by a user who may not write the file', () => {
  beforeEach((t) => {
    if (process.geteuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0) return;
    const refusal = 'becoming another user needs root, and setpriv of util-linux';
    if (process.env.CI === 'true') throw new Error(refusal);
    t.skip(refusal);
  });

  const exportAs = (file: string, group: number) =>
    spawnSync(
      'setpriv',
      [`--reuid=65534`, `--regid=${group}`, ...AS, process.execPath, CLI, 'export', '-c', file],
      {
        encoding: 'utf8',
        maxBuffer: 100_000_000,
      },
    );

  test("the socket's group gets its data, and others are told to use sudo", async (t) => {
    const runtime = await scratchFolder(t);
    const { config, socket, agent } = await startOn(t, { RUNTIME_DIRECTORY: runtime });
    const file = await configFile(t, `${config}\n`);
    process.env.RUNTIME_DIRECTORY = runtime;
    t.onTestFinished(() => {
      delete process.env.RUNTIME_DIRECTORY;
    });
    await chown(socket, 0, 65_533);
    const inGroup = exportAs(file, 65_533);
    expect(inGroup.stderr).toBe('');
    expect(inGroup.stdout.split('\n').length).toBeGreaterThan(LINES);
    expect(exportAs(file, 65_532)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        `^scout-agent: the agent at ${socket} may not be asked by this user; run: sudo .* export -c ${file}\n$`,
      ),
    });
    await agent.stop();
    expect(exportAs(file, 65_533)).toMatchObject({ status: 1, stdout: '' });
  });
});

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}
