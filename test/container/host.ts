/**
 * A host that runs containers, in namespaces of its own: podman stands in for Docker, whose command line it takes, and for
 * a node's container runtime, whose OCI runtime and seccomp profile it shares. Needs root, and leaves nothing behind.
 */
import { type ChildProcess, execFile, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newCgroup, removeCgroup } from '../../agent/test/support/cgroup.js';
import type { Namespace } from '../support/namespace.js';

export interface ContainerHost {
  /** A path of the host's, as this process reaches it. */
  path(onHost: string): string;
  /** Starts a command on it. It is the caller's to end. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a command on it to its end; rejects where it fails. */
  run(command: string, ...args: string[]): Promise<string>;
  /** Ends every process on it, containers' included. */
  end(): Promise<void>;
}

/** What `hostname` says on it. */
export const HOST_NAME = 'web-3';

// Kernel settings are the whole machine's.
const BOOT = `
  read -r pid rest </proc/self/stat
  mount --make-rprivate /
  mount -t proc proc /proc
  mount --bind /proc/sys /proc/sys
  mount -o remount,bind,ro /proc/sys
  umount --recursive --lazy /sys
  mount -t sysfs -o ro none /sys
  mount -t cgroup2 none /sys/fs/cgroup
  mount -t tmpfs -o mode=755 none /run
  mount -t tmpfs none /dev/shm
  hostname ${HOST_NAME}
  echo "$pid"
  exec cat
`;

const PROGRAMS = ['podman', 'runc', 'debootstrap'];

/** Why this machine can't run containers, or undefined where it can. Throws where `CI` is `true`. */
export function containerRefusal(): string | undefined {
  const missing = PROGRAMS.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  let refusal: string | undefined;
  if (process.geteuid?.() !== 0) refusal = 'containers of their own need root: run the tests as root';
  else if (missing.length > 0) refusal = `containers need ${missing.join(', ')}`;
  if (refusal !== undefined && process.env.CI === 'true') throw new Error(refusal);
  return refusal;
}

/**
 * @param storage a folder for images and containers
 * @param namespace whose network it has; without one it is this machine's
 */
export async function startContainerHost(
  storage: string,
  namespace?: Pick<Namespace, 'pid'>,
): Promise<ContainerHost> {
  const env = {
    PATH: process.env.PATH,
    CONTAINERS_CONF: fileURLToPath(new URL('containers.conf', import.meta.url)),
    CONTAINERS_STORAGE_CONF: join(storage, 'storage.conf'),
  };
  const cgroup = await newCgroup();
  const keeper = spawn(
    'nsenter',
    [
      ...['-t', String(namespace?.pid ?? process.pid), '-n', '--'],
      ...['sh', '-ec', 'echo $$ >"$0/cgroup.procs"; exec "$@"', cgroup],
      ...['unshare', '--mount', '--pid', '--fork', '--kill-child', '--ipc', '--uts', '--cgroup'],
      ...['sh', '-ec', BOOT],
    ],
    { env, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const pid = await firstLine(keeper).catch(async (error: Error) => {
    await removeCgroup(cgroup);
    throw error;
  });
  const enter = ['-t', pid, '-m', '-p', '-n', '-i', '-u', '-C', '--'];
  return {
    path: (onHost) => join(`/proc/${pid}/root`, onHost),
    spawn: (command, args, options) => spawn('nsenter', [...enter, command, ...args], { env, ...options }),
    run: async (command, ...args) => {
      const { stdout } = await promisify(execFile)('nsenter', [...enter, command, ...args], {
        env,
        maxBuffer: 1024 ** 3,
      });
      return stdout;
    },
    end: async () => {
      const closed = once(keeper, 'close');
      keeper.stdin.end();
      await closed;
      await removeCgroup(cgroup);
    },
  };
}

async function firstLine(keeper: ChildProcess): Promise<string> {
  let complaint = '';
  keeper.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const failed = once(keeper, 'close').then(([code]) => {
    throw new Error(`no namespaces to run containers in: ended with ${code}: ${complaint}`);
  });
  failed.catch(() => {});
  const [line] = await Promise.race([
    once(createInterface(keeper.stdout as NodeJS.ReadableStream), 'line'),
    failed,
  ]);
  return line;
}
