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
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { addCounts, type Family, type Holding, noCounts, type StateCounts, standing } from './pairs.js';

export type { Family, StateCounts, StateName } from './pairs.js';

/** How many connections to open, by the way they are made. */
export type Connections = Partial<Record<Family, number>>;

export interface Namespace {
  /** A process inside that lives as long as the namespace: `/proc/<pid>/net/tcp` is its table. */
  readonly pid: number;
  /** Rows each table holds, by state, listeners included. */
  readonly expected: { readonly tcp: StateCounts; readonly tcp6: StateCounts };
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

    const holdings = share(connections);
    await Promise.all(
      holdings.map((holding) => {
        const holder = inside(process.execPath, [holderScript(), JSON.stringify(holding)]);
        members.push(holder);
        return ready(holder, `${holding.connections} connections (${holding.family})`);
      }),
    );

    const expected = { tcp: noCounts(), tcp6: noCounts() };
    for (const holding of holdings) {
      const rows = standing(holding);
      addCounts(expected.tcp, rows.tcp);
      addCounts(expected.tcp6, rows.tcp6);
    }
    return {
      pid,
      expected,
      proc,
      table: (name) => `/proc/${pid}/net/${name}`,
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
function share(connections: Connections): Holding[] {
  const holdings: Holding[] = [];
  for (const [family, total] of Object.entries(connections) as [Family, number][]) {
    for (let left = total; left > 0; left -= CONNECTIONS_PER_PROCESS) {
      const port = FIRST_LISTENER_PORT + holdings.length;
      holdings.push({ family, port, connections: Math.min(left, CONNECTIONS_PER_PROCESS) });
    }
  }
  return holdings;
}

/** Tests run this file as TypeScript; what it spawns runs as JavaScript, built from the same sources. */
function holderScript(): string {
  const path = import.meta.url.endsWith('.ts') ? '../../build/test/support/holder.js' : './holder.js';
  return fileURLToPath(new URL(path, import.meta.url));
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
