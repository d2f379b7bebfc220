/**
 * A private network namespace with a known number of real TCP sockets in it. Needs no root: a user
 * namespace gives the rights over its own network. Imported by tests (as TypeScript) and by the benchmark
 * (compiled).
 */
import { type ChildProcess, execFile, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual, promisify } from 'node:util';
import { compiled } from './compiled.js';
import type { Holding } from './holder.js';
import { addRows, type Family, noCounts, type Stages, type StateCounts, type Tables } from './pairs.js';
import { plainCount } from './plain-count.js';
import type { StageHolding } from './stage-holder.js';

export type { Family, Stage, Stages, StateCounts, Tables } from './pairs.js';

/** Connections to open, by the way they are made: a number of ESTABLISHED ones, or one for each stage. */
export type Connections = Partial<Record<Family, number | Stages>>;

export interface Namespace {
  /** A process inside that lives as long as the namespace: `/proc/<pid>/net/tcp` is its table. */
  readonly pid: number;
  /** Rows each table holds, by state, listeners included. */
  readonly expected: Readonly<Record<'tcp' | 'tcp6', Readonly<StateCounts>>>;
  /** A folder to stand in for another root of `/proc`: `<proc>/1` is the process inside. */
  readonly proc: string;
  /** Path of a table as seen from outside. */
  table(name: 'tcp' | 'tcp6'): string;
  /** Starts a command inside. It is the caller's to end. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a command inside to its end; rejects where it fails. */
  run(command: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }>;
  /** Closes every connection and ends every process that holds one. */
  close(): Promise<void>;
}

// 20,000 descriptors are the hard limit on some machines, and each loopback connection takes two.
const CONNECTIONS_PER_PROCESS = 9_900;

// Below the range of ephemeral ports set inside, so that a listener never finds its port taken.
const FIRST_LISTENER_PORT = 1_024;
const SETTLE_ATTEMPTS = 100;
const SETTLE_PAUSE_MS = 100;

const SET_UP = `
  ip link set lo up
  echo 2048 65535 > /proc/sys/net/ipv4/ip_local_port_range
  echo 65535 > /proc/sys/net/core/somaxconn
  echo ready
  cat
  rm -rf "$1"
`;

/**
 * Why this machine can't give a namespace, or undefined where it can. Throws where `CI` is `true`: there a
 * test that can't run has failed.
 */
export function namespaceRefusal(): string | undefined {
  const refusal = findRefusal();
  if (refusal !== undefined && process.env.CI === 'true') throw new Error(refusal);
  return refusal;
}

function findRefusal(): string | undefined {
  const { error, status, stderr } = spawnSync('unshare', ['-Urn', 'ip', 'link', 'set', 'lo', 'up'], {
    encoding: 'utf8',
  });
  if (error) return `no private network namespace: unshare can't be run (${error.message})`;
  if (status === 0) return undefined;
  return (
    `no private network namespace: "unshare -Urn ip link set lo up" says "${stderr.trim()}". ` +
    'It needs util-linux, iproute2 and user namespaces for unprivileged users ' +
    '(sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns, user.max_user_namespaces)'
  );
}

/** Opens the connections in a namespace of their own and holds them until `close()`, or until this process ends. */
export async function openNamespace(connections: Connections = {}): Promise<Namespace> {
  const refusal = findRefusal();
  if (refusal !== undefined) throw new Error(refusal);

  const proc = await mkdtemp(join(tmpdir(), 'tcp-namespace-'));
  const members: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(members.map(end));
    await rm(proc, { recursive: true, force: true });
  };

  try {
    const keeper = spawn('unshare', ['-Urn', 'sh', '-ec', SET_UP, 'sh', proc]);
    members.push(keeper);
    await ready(keeper, 'the namespace');
    const pid = keeper.pid as number;
    await symlink(`/proc/${pid}`, join(proc, '1'));

    const enter = ['-t', String(pid), '-U', '-n', '--preserve-credentials', '--'];
    const inside: Namespace['spawn'] = (command, args, options = {}) =>
      spawn('nsenter', [...enter, command, ...args], options);

    const hold = async (script: string, holding: Holding | StageHolding): Promise<void> => {
      const holder = inside(process.execPath, [compiled(script), JSON.stringify(holding)]);
      members.push(holder);
      await ready(holder, `connections ${JSON.stringify(holding)}`);
    };
    const { holdings, stages } = plan(connections);
    await Promise.all(holdings.map((holding) => hold('holder.js', holding)));
    // Last, because TIME_WAIT stands for 60 s and no longer.
    if (stages) await hold('stage-holder.js', stages);

    const table = (name: 'tcp' | 'tcp6'): string => `/proc/${pid}/net/${name}`;
    const expected = rowsOf(holdings, stages);
    await settled(table, expected);
    return {
      pid,
      expected,
      proc,
      table,
      spawn: inside,
      run: (command, args) =>
        promisify(execFile)('nsenter', [...enter, command, ...args], { maxBuffer: 1024 ** 3 }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Spreads the connections over as many processes as their descriptors need. */
function plan(connections: Connections): { holdings: Holding[]; stages: StageHolding | undefined } {
  const holdings: Holding[] = [];
  const stages: StageHolding['stages'] = {};
  let port = FIRST_LISTENER_PORT;
  for (const [family, wanted] of Object.entries(connections) as [Family, number | Stages][]) {
    if (typeof wanted === 'object') {
      stages[family] = wanted;
      continue;
    }
    for (let left = wanted; left > 0; left -= CONNECTIONS_PER_PROCESS) {
      holdings.push({ family, port: port++, connections: Math.min(left, CONNECTIONS_PER_PROCESS) });
    }
  }
  return { holdings, stages: Object.keys(stages).length > 0 ? { port, stages } : undefined };
}

function rowsOf(holdings: readonly Holding[], stages: StageHolding | undefined): Tables {
  const tables: Tables = { tcp: noCounts(), tcp6: noCounts() };
  for (const { family, connections } of holdings) addRows(tables, family, { established: connections });
  for (const [family, wanted] of Object.entries(stages?.stages ?? {}) as [Family, Stages][]) {
    addRows(tables, family, wanted);
  }
  return tables;
}

/** The last acknowledgement may be delayed: waits until the tables show what was opened. */
async function settled(table: (name: 'tcp' | 'tcp6') => string, expected: Tables): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const found: Tables = { tcp: await plainCount(table('tcp')), tcp6: await plainCount(table('tcp6')) };
    if (isDeepStrictEqual(found, expected)) return;
    if (attempt === SETTLE_ATTEMPTS) {
      throw new Error(`opened ${JSON.stringify(expected)}, but the tables show ${JSON.stringify(found)}`);
    }
    await setTimeout(SETTLE_PAUSE_MS);
  }
}

/** Resolves at the child's line `ready`; rejects with what it wrote to stderr where it ends before. */
async function ready(child: ChildProcess, what: string): Promise<void> {
  if (!child.stdout || !child.stderr) throw new Error('the child needs its pipes');
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const failed = once(child, 'close').then(([code, signal]) => {
    throw new Error(`could not open ${what}: ended with ${code ?? signal}: ${complaint.trim()}`);
  });
  const said = once(createInterface(child.stdout), 'line').then(([line]) => {
    if (line !== 'ready') throw new Error(`could not open ${what}: ${line}`);
  });
  failed.catch(() => {});
  await Promise.race([said, failed]);
}

/** Each member ends when its standard input closes, as it does when this process dies. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const closed = once(child, 'close');
  child.stdin?.end();
  await closed;
}
