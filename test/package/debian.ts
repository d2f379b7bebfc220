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

// Kernel settings are the whole machine's.
const BOOT = `
  read -r pid rest </proc/self/stat
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 none "$2"
  mkdir "$2/upper" "$2/work" "$2/root"
  mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" none "$2/root"
  mount -t proc proc "$2/root/proc"
  mount --bind "$2/root/proc/sys" "$2/root/proc/sys"
  mount -o remount,bind,ro "$2/root/proc/sys"
  mount -t sysfs -o ro none "$2/root/sys"
  echo "$pid"
  exec chroot "$2/root" cat
`;

/**
 * Starts a host without systemd as process 1, as a container is one.
 * @param root of {@link debianRoot}
 * @param namespace whose network it has; without one it has none but its own loopback, which is down
 */
export async function startDebian(root: string, namespace?: Namespace): Promise<Debian> {
  const scratch = await mkdtemp(join(tmpdir(), 'debian-'));
  const network = namespace === undefined ? [] : ['nsenter', '-t', String(namespace.pid), '-n', '--'];
  const [command = '', ...args] = [
    ...network,
    'unshare',
    ...['--mount', '--pid', '--fork', '--kill-child', '--ipc', '--uts'],
    ...(namespace === undefined ? ['--net'] : []),
    ...['sh', '-ec', BOOT, 'sh', root, scratch],
  ];
  const keeper = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const closed = once(keeper, 'close');
  const close = async () => {
    keeper.stdin.end();
    await closed;
    await rmdir(scratch);
  };
  const [line]: (string | number)[] = await Promise.race([
    once(createInterface(keeper.stdout), 'line'),
    closed,
  ]);
  if (typeof line !== 'string') {
    await rmdir(scratch);
    throw new Error(`no namespaces for a Debian of its own: ${complaint}`);
  }
  const pid = Number(line);
  return {
    pid,
    path: (onHost) => join(`/proc/${pid}/root`, onHost),
    run: async (program, ...words) => {
      const enter = ['-t', line, '-m', '-p', '-n', '-i', '-u', '-r', '-w', '--'];
      const running = promisify(execFile)('nsenter', [...enter, program, ...words], {
        env: { PATH },
        maxBuffer: 1024 ** 3,
      });
      running.child.stdin?.end();
      return running;
    },
    close,
  };
}
