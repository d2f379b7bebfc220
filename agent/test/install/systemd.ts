/**
 * A real systemd as process 1 of namespaces of its own, on the host of host.ts, in the network namespace given. It has no
 * units but those that tests put there. Needs root, and leaves nothing behind.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Namespace } from '../../../test/support/namespace.js';
import { newCgroup, removeCgroup } from '../support/cgroup.js';
import { until } from '../support/until.js';
import { FOLDER, NODE, PLACING, PLACING_ENV } from './host.js';

export interface Systemd {
  /** A path of the host's, as this process reaches it. */
  path(onHost: string): string;
  /** Runs a command beside systemd to its end; rejects where it fails. */
  run(command: string, ...args: string[]): Promise<string>;
  /** A property of the service. */
  property(name: string): Promise<string>;
  /** Ends systemd and all that it started. */
  end(): Promise<void>;
}

const SYSTEMD = '/lib/systemd/systemd';

// Kernel settings are the whole machine's: systemd raises some of them where it can write them.
const BOOT = `
  read -r pid rest </proc/self/stat
  mount --make-rprivate /
  mount -t proc proc /proc
  mount --bind /proc/sys /proc/sys
  mount -o remount,bind,ro /proc/sys
  mount -t sysfs -o ro none /sys
  mount -t cgroup2 none /sys/fs/cgroup
  ${PLACING}
  cover /run /tmp /var/tmp /var/lib /opt /home /etc/systemd
  chmod 1777 /tmp /var/tmp
  mkdir /etc/systemd/system
  for target in sysinit basic multi-user shutdown; do
    printf '[Unit]\\nDescription=%s\\n' "$target" >"/etc/systemd/system/$target.target"
  done
  # As systemd does where it is not in a container: LoadCredential's folder reaches the service by propagation.
  mount --make-rshared /
  echo "$pid"
  exec env -i PATH="$PATH" container=other SYSTEMD_UNIT_PATH=/etc/systemd/system \\
    ${SYSTEMD} --system --unit=multi-user.target --log-target=null --show-status=no
`;

/**
 * Why this machine can't run it, or undefined where it can. Throws where `CI` is `true`: there a test that can't run has
 * failed.
 */
export function systemdRefusal(): string | undefined {
  const refusal = findRefusal();
  if (refusal !== undefined && process.env.CI === 'true') throw new Error(refusal);
  return refusal;
}

function findRefusal(): string | undefined {
  if (process.geteuid?.() !== 0) return 'a systemd of its own needs root: run the tests as root';
  if (existsSync(SYSTEMD) && spawnSync('findmnt', ['-t', 'cgroup2']).status === 0) return undefined;
  return `a systemd of its own needs ${SYSTEMD} and a mounted cgroup2`;
}

export async function startSystemd(namespace: Namespace): Promise<Systemd> {
  const cgroup = await newCgroup();
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'nsenter'],
      ...['-t', String(namespace.pid), '-n', '--'],
      ...['sh', '-ec', 'echo $$ >"$0/cgroup.procs"; exec "$@"', cgroup],
      ...[
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        '--ipc',
        '--uts',
        '--cgroup',
        'sh',
        '-ec',
        BOOT,
      ],
    ],
    { env: PLACING_ENV, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const pid = await firstLine(child);
  const run = async (command: string, ...args: string[]) => {
    const enter = ['-t', pid, '-m', '-p', '-n', '-i', '-u', '-C', '--', command, ...args];
    const { stdout } = await promisify(execFile)('nsenter', enter, {
      env: { ...PLACING_ENV, CHECKOUT: FOLDER, NODE },
    });
    return stdout;
  };
  const systemd: Systemd = {
    path: (onHost) => join(`/proc/${pid}/root`, onHost),
    run,
    property: async (name) => (await run('systemctl', 'show', '-P', name, 'scout-agent')).trim(),
    end: async () => {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      await removeCgroup(cgroup);
    },
  };
  try {
    await until(
      async () => (await run('systemctl', 'is-system-running').catch(() => '')) === 'running\n',
      () => 'systemd saying that it runs',
    );
    return systemd;
  } catch (error) {
    await systemd.end();
    throw error;
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const failed = once(child, 'close').then(([code]) => {
    throw new Error(`systemd could not be started: ended with ${code}: ${complaint}`);
  });
  failed.catch(() => {});
  const [line] = await Promise.race([
    once(createInterface(child.stdout as NodeJS.ReadableStream), 'line'),
    failed,
  ]);
  return line;
}

/** Writes what "systemctl edit scout-agent" would, in place of what it held before. */
export async function edit(systemd: Systemd, text: string): Promise<void> {
  const folder = systemd.path('/etc/systemd/system/scout-agent.service.d');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'override.conf'), text);
  await systemd.run('systemctl', 'daemon-reload');
}
