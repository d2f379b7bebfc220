import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MarkedProcess, markedProcesses } from './support/marked.js';
import { namespaceRefusal } from './support/namespace.js';

const ROOT = join(import.meta.dirname, '..');
const MARK = 'SCOUT_START_TEST';
const INSTALLING = 'npm start: installing';
const BUILDING = 'npm start: building';

// Where npm finds its registry; nothing else of the surrounding environment reaches `npm start`.
const REGISTRY_SETTING =
  /^(npm_config_(registry|userconfig|globalconfig|cafile|proxy|https_proxy|noproxy)|https?_proxy|no_proxy|node_extra_ca_certs)$/i;

// `npm test` puts this checkout's node_modules/.bin first, which a newcomer's shell hasn't got.
const PATH = [
  dirname(process.execPath),
  ...(process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith('node_modules/.bin')),
];

let scratch: string;
let clone: string;
const starts: Start[] = [];

/** A command that runs in the clone, and every process that comes of it. */
class Start {
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  readonly #mark = randomUUID();
  readonly #process: ChildProcess;

  constructor(command: string, args: string[], environment: NodeJS.ProcessEnv = {}) {
    const { env } = process;
    this.#process = spawn(command, args, {
      cwd: clone,
      // A process group of its own, as a terminal gives a command: Ctrl-C goes to all of it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(Object.entries(env).filter(([name]) => REGISTRY_SETTING.test(name))),
        npm_config_userconfig: env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
        npm_config_cache: join(scratch, 'cache'),
        PATH: PATH.join(delimiter),
        HOME: join(scratch, 'home'),
        [MARK]: this.#mark,
        ...environment,
      },
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code, signal) => resolve({ code, signal }));
    });
    starts.push(this);
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('not started');
    return this.#process.pid;
  }

  processes(): MarkedProcess[] {
    return markedProcesses(MARK, this.#mark);
  }

  runs(command: RegExp): boolean {
    return this.processes().some((process) => command.test(process.command));
  }

  /** Rejects where the command ends before. */
  async until(condition: () => boolean, what: string): Promise<void> {
    await settled(condition, () => {
      if (this.#process.exitCode === null && this.#process.signalCode === null) return what;
      throw new Error(`ended before ${what}: ${this.stderr}`);
    });
  }

  async leavesNoProcess(): Promise<void> {
    const noneIsLeft = () => this.processes().length === 0;
    await settled(noneIsLeft, () => `no process is left, but ${JSON.stringify(this.processes())}`);
    // A process in the middle of execve shows no environment, but it holds our pipes.
    await this.ended;
    expect(this.processes()).toEqual([]);
  }
}

async function settled(condition: () => boolean, what: () => string): Promise<void> {
  for (const end = Date.now() + 240_000; !condition(); await sleep(5)) {
    const text = what();
    if (Date.now() > end) throw new Error(`waited four minutes until ${text}`);
  }
}

const npmStart = (args: string[] = [], environment: NodeJS.ProcessEnv = {}) =>
  new Start('npm', ['start', ...args], environment);

async function expectCount(start: Start): Promise<Start> {
  expect(await start.ended, start.stderr).toEqual({ code: 0, signal: null });
  expect(JSON.parse(start.stdout)).toMatchObject({
    host: expect.any(String),
    metrics: expect.arrayContaining([
      expect.objectContaining({ name: 'system.network.connection.count', value: expect.any(Number) }),
    ]),
  });
  await start.leavesNoProcess();
  return start;
}

const once = (environment?: NodeJS.ProcessEnv) => npmStart(['-s', '--', 'once', '--json'], environment);

/** A folder with these commands in it and no other, to be a whole PATH. */
function onlyCommands(...names: string[]): string {
  const folder = mkdtempSync(join(scratch, 'commands-'));
  for (const name of names) {
    const found = PATH.map((other) => join(other, name)).find((path) => existsSync(path));
    if (found === undefined) throw new Error(`no ${name} in PATH`);
    symlinkSync(found, join(folder, name));
  }
  return folder;
}

const modified = (path: string) => statSync(join(clone, path)).mtimeMs;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'scout-start-'));
  clone = join(scratch, 'clone');
  mkdirSync(join(scratch, 'home'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  for (const file of execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0')) {
    // A tracked file may have been deleted since.
    if (file !== '' && existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(clone, file));
  }
});

afterEach(() => {
  for (const { pid } of starts.splice(0).flatMap((start) => start.processes())) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What a supervisor, a terminal and a crash send. npm itself hands on no more than SIGTERM and SIGINT. */
const SIGNALS: [name: string, send: (npm: number) => void][] = [
  ['SIGTERM to npm', (npm) => process.kill(npm, 'SIGTERM')],
  ['SIGINT to npm', (npm) => process.kill(npm, 'SIGINT')],
  ['SIGHUP to npm', (npm) => process.kill(npm, 'SIGHUP')],
  ['SIGKILL to npm', (npm) => process.kill(npm, 'SIGKILL')],
  ["a terminal's Ctrl-C", (npm) => process.kill(-npm, 'SIGINT')],
  ["a terminal's hang-up", (npm) => process.kill(-npm, 'SIGHUP')],
];

/** In the order in which a first start comes to them. */
const MOMENTS: [name: string, hasCome: (start: Start) => boolean][] = [
  ['at once', () => true],
  ['as the script begins', (start) => start.runs(/scripts\/start\.sh/)],
  ['as the first step begins', (start) => start.runs(/scripts\/prepare\.sh/)],
  ['as npm ci begins', (start) => start.runs(/npm ci/)],
  ['as npm ci unpacks', () => readdirSync(clone).includes('node_modules')],
  ['during the compiler', (start) => start.runs(/\/lib\/tsc -b/)],
];

// One clone lives through all of this in order: each test finds what those before it have left.
describe('npm start in a fresh clone', { timeout: 300_000 }, () => {
  it('refuses a Node that is too old', async () => {
    const commands = onlyCommands('sh', 'dirname', 'setsid');
    writeFileSync(join(commands, 'node'), '#!/bin/sh\necho v20.18.3\n', { mode: 0o755 });
    const start = new Start('sh', ['scripts/start.sh'], { PATH: commands });
    expect(await start.ended).toEqual({ code: 1, signal: null });
    expect(start.stderr).toContain(`node is v20.18.3 (${commands}/node), and 20.19 or newer is needed`);
  });

  it('says that npm is missing', async () => {
    const commands = onlyCommands('sh', 'dirname', 'setsid', 'node', 'mkdir', 'flock');
    const start = new Start('sh', ['scripts/start.sh'], { PATH: commands });
    expect(await start.ended).toEqual({ code: 1, signal: null });
    expect(start.stderr).toContain('there is no npm here');
  });

  it('says why npm ci failed, though npm start was silent, and tries again next time', async () => {
    for (let attempt = 1; attempt <= 2; attempt++) {
      const start = npmStart(['-s'], {
        npm_config_registry: 'http://127.0.0.1:9/',
        npm_config_fetch_retries: '0',
        npm_config_cache: join(scratch, 'empty-cache'),
      });
      expect(await start.ended).toEqual({ code: 1, signal: null });
      expect(start.stderr).toContain(INSTALLING);
      expect(start.stderr).toContain('ECONNREFUSED');
      expect(start.stderr).toContain('npm ci failed, see above');
      expect(start.stdout).toBe('');
    }
  });

  for (const [moment, hasCome] of MOMENTS) {
    it.each(SIGNALS)(`leaves no process: %s ${moment}`, async (_, send) => {
      if (moment === 'as npm ci unpacks')
        rmSync(join(clone, 'node_modules'), { recursive: true, force: true });
      const start = npmStart();
      await start.until(() => hasCome(start), moment);
      send(start.pid);
      await start.leavesNoProcess();
    });
  }

  // bash forgets a SIGINT that comes while a command of its own runs and ends well.
  it.each(SIGNALS)('leaves no process: %s while bash waits for a command', async (_, send) => {
    const commands = onlyCommands('bash');
    symlinkSync('bash', join(commands, 'sh'));
    // In the script's first foreground command, to be seen from outside.
    writeFileSync(join(commands, 'setpriv'), '#!/bin/sh\nsleep 1\nshift 2\nexec "$@"\n', { mode: 0o755 });
    const start = npmStart([], { PATH: [commands, ...PATH].join(delimiter) });
    await start.until(() => start.runs(/^sleep 1/), 'bash waits');
    send(start.pid);
    await start.leavesNoProcess();
  });

  it('builds after all those interruptions, and prints the JSON of once alone', async () => {
    const start = await expectCount(once());
    expect(start.stderr).toContain(BUILDING);
    expect(start.stderr).not.toContain(INSTALLING);
  });

  it('neither installs nor builds again', async () => {
    const products = [
      'node_modules/.package-lock.json',
      'dist/index.js',
      'agent/dist/cli.js',
      'agent/dist/page/app.js',
      'build/.finished',
    ];
    const before = products.map(modified);
    const start = await expectCount(once());
    expect(start.stderr).not.toContain('npm start:');
    expect(products.map(modified)).toEqual(before);
  });

  it('builds where nobody can tell whether the last build is out of date, and installs nothing', async () => {
    await expectCount(once());
    const commands = onlyCommands('sh', 'node', 'npm', 'dirname', 'mkdir', 'mv', 'rm', 'env');
    const start = await expectCount(once({ PATH: commands }));
    expect(start.stderr).toContain(BUILDING);
    expect(start.stderr).not.toContain(INSTALLING);
  });

  it.each(SIGNALS)('leaves no process: %s as the agent begins', async (_, send) => {
    const start = npmStart();
    await start.until(() => start.runs(/^node agent\/dist\/cli\.js/), 'the agent begins');
    send(start.pid);
    await start.leavesNoProcess();
  });

  it.each(SIGNALS)('leaves no process: %s while the agent counts', async (_, send) => {
    const start = npmStart();
    await start.until(() => start.stderr.includes('counting tcp_connections every'), 'the agent counts');
    send(start.pid);
    await start.leavesNoProcess();
  });

  it.each(['agent/src', 'agent/page'])(
    'does not run the last build in place of one that fails in %s',
    async (folder) => {
      const broken = join(clone, folder, 'broken.ts');
      writeFileSync(broken, "export const count: number = 'none';\n");
      for (let attempt = 1; attempt <= 2; attempt++) {
        const start = once();
        expect(await start.ended).toEqual({ code: 1, signal: null });
        expect(start.stderr).toContain('TS2322');
        expect(start.stdout).toBe('');
      }
      rmSync(broken);
      const start = await expectCount(once());
      expect(start.stderr).toContain(BUILDING);
    },
  );

  const refusal = namespaceRefusal();

  /** Starts in a mount namespace of its own, where this has been done to the clone, that has to be built again. */
  async function startAfter(commands: string): Promise<Start> {
    await expectCount(once());
    rmSync(join(clone, 'agent/dist'), { recursive: true });
    mkdirSync(join(clone, 'agent/dist'));
    const script = `${commands}\ncd "$PWD"\nexec sh scripts/start.sh once --json`;
    return new Start('unshare', ['-Urm', 'sh', '-ec', script]);
  }

  it.skipIf(refusal)('says that the disk is full', async () => {
    const start = await startAfter(
      'mount -t tmpfs -o size=16k none agent/dist; head -c 16k /dev/zero >agent/dist/full || :',
    );
    expect(await start.ended).toEqual({ code: 1, signal: null });
    expect(start.stderr).toMatch(/^npm start: npm run build .*; the disk is full/m);
    expect(start.stderr).not.toContain('Cannot find module');
    expect(start.stdout).toBe('');
    await expectCount(once());
  });

  it.skipIf(refusal)('says whose clone it is, where it may not be written', async () => {
    const start = await startAfter('mount --bind . .; mount -o remount,bind,ro .');
    expect(await start.ended).toEqual({ code: 1, signal: null });
    expect(start.stderr).toMatch(
      /^npm start: this clone has to be installed or built, and \S+ can't write in it \(Read-only file system\); it belongs to \S+, as whom 'sh scripts\/prepare\.sh' does that; else make a clone of your own\n$/,
    );
    expect(start.stdout).toBe('');
    await expectCount(once());
  });

  it('installs once for two starts at the same time, in production too', async () => {
    const now = new Date();
    utimesSync(join(clone, 'package.json'), now, now);
    const production = { NODE_ENV: 'production', npm_config_omit: 'dev' };
    const both = await Promise.all([once(production), once(production)].map(expectCount));
    const said = both.map((start) => start.stderr).join('');
    expect(said.split(INSTALLING)).toHaveLength(2);
    expect(said.split(BUILDING)).toHaveLength(2);
  });
});
