/**
 * A host with the root of debian-root.ts, in namespaces of its own, on which a test is root. What the test changes is in a
 * layer in memory above that root, and gone at its end.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { newCgroup, removeCgroup } from '../../agent/test/support/cgroup.js';
import { until } from '../../agent/test/support/until.js';
import type { Namespace } from '../support/namespace.js';

export interface Debian {
  /** A process on it: `/proc/<pid>/net/tcp` is its table. */
  readonly pid: number;
  /** A path of the host's, as this process reaches it. */
  path(onHost: string): string;
  /** Runs a command on it to its end; rejects where it fails. Its stdin is empty, its environment is PATH alone. */
  run(command: string, ...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** Ends every process on it. */
  close(): Promise<void>;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

// Kernel settings and devices are the whole machine's: systemd would raise some of the first, and ask for a password on
// its consoles.
const BOOT = `
  read -r pid rest </proc/self/stat
  root=$1 scratch=$2
  shift 2
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 none "$scratch"
  cd "$scratch"
  mkdir upper work root
  mount -t overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" none root
  cd root
  mount -t proc proc proc
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro none sys
  mount -t cgroup2 none sys/fs/cgroup
  mount -t tmpfs -o mode=755 none run
  mount -t tmpfs -o mode=755 none dev
  for device in null zero full random urandom tty; do cp -a "/dev/$device" dev/; done
  ln -s /proc/self/fd dev/fd
  ln -s pts/ptmx dev/ptmx
  pivot_root . mnt
  exec chroot . sh -ec 'umount -l /mnt; mount --make-rshared /; echo "$0"; exec "$@"' "$pid" "$@"
`;

/** Ends with its stdin, and so with the test. */
const CONTAINER = ['cat'];
const SYSTEMD = [
  ...['env', '-i', `PATH=${PATH}`, 'container=other'],
  ...[
    '/lib/systemd/systemd',
    '--system',
    '--unit=multi-user.target',
    '--log-target=null',
    '--show-status=no',
  ],
];

export interface Boot {
  /** Whose network it has; without one it has a loopback alone, which is down. */
  readonly namespace?: Namespace;
  /** Whether systemd is process 1, as on a server, and not anything, as in a container. The root needs it in it. */
  readonly systemd?: boolean;
}

/** @param root of debian-root.ts */
export async function startDebian(root: string, { namespace, systemd = false }: Boot = {}): Promise<Debian> {
  const scratch = await mkdtemp(join(tmpdir(), 'debian-'));
  const cgroup = await newCgroup();
  const keeper = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL'],
      ...(namespace === undefined ? [] : ['nsenter', '-t', String(namespace.pid), '-n', '--']),
      ...['sh', '-ec', 'echo $$ >"$0/cgroup.procs"; exec "$@"', cgroup],
      ...['unshare', '--mount', '--pid', '--fork', '--kill-child', '--ipc', '--uts', '--cgroup'],
      ...(namespace === undefined ? ['--net'] : []),
      ...['sh', '-ec', BOOT, 'sh', root, scratch, ...(systemd ? SYSTEMD : CONTAINER)],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let complaint = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const closed = once(keeper, 'close');
  const close = async () => {
    keeper.kill('SIGKILL');
    await closed;
    await removeCgroup(cgroup);
    await rmdir(scratch);
  };
  const [pid]: (string | number)[] = await Promise.race([
    once(createInterface(keeper.stdout), 'line'),
    closed,
  ]);
  if (typeof pid !== 'string') {
    await close();
    throw new Error(`no namespaces for a Debian of its own: ${complaint}`);
  }

  const enter = ['-t', pid, '-m', '-p', '-n', '-i', '-u', '-C', '-r', '-w', '--'];
  const run: Debian['run'] = (command, ...args) => {
    const running = promisify(execFile)('nsenter', [...enter, command, ...args], {
      env: { PATH },
      maxBuffer: 1024 ** 3,
    });
    running.child.stdin?.end();
    return running;
  };
  const isUp = async () =>
    /^(running|degraded)$/m.test(
      (await run('systemctl', 'is-system-running').catch((error) => error)).stdout,
    );
  try {
    if (systemd) await until(isUp, () => 'systemd saying that it runs');
  } catch (error) {
    await close();
    throw error;
  }
  return { pid: Number(pid), path: (onHost) => join(`/proc/${pid}/root`, onHost), run, close };
}
