import { type ExecFileException, execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { netPath } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { countByHand } from './count-by-hand.js';

/** Long enough for `netstat` on a host with a million connections. */
const TIMEOUT_MILLIS = 60_000;

/** The state's code in the kernel's tables. */
const ESTABLISHED = '01';

/** Debian's names. */
const PACKAGES = new Map([
  ['awk', 'mawk'],
  ['cat', 'coreutils'],
  ['ss', 'iproute2'],
  ['netstat', 'net-tools'],
]);

/** Established connections by family, as one program counts them. */
export interface FamilyCounts {
  readonly ipv4: number;
  readonly ipv6: number;
}

/** A program that nobody here wrote and that counts the same. */
export interface Peer {
  readonly name: string;
  /** What a person types to get the same numbers. */
  readonly commands: readonly string[];
  /** @throws {PeerError} where it gave no count */
  count(): Promise<FamilyCounts>;
}

/** A program that gave no count, which is not a count of 0. The message names it and the cause. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
}

/** Counts both tables of a mounted proc file system. */
export async function catAwk(proc: string): Promise<Peer> {
  const [tcp, tcp6] = [netPath(proc, 'tcp'), netPath(proc, 'tcp6')];
  // A host without IPv6 has no tcp6.
  const hasIpv6 = await exists(tcp6);
  const count = async (path: string) =>
    lines(await output('awk', [`$4=="${ESTABLISHED}"`], await output('cat', [path])));
  return {
    name: 'cat | awk',
    commands: [tcp, ...(hasIpv6 ? [tcp6] : [])].map((path) => countByHand([path], ESTABLISHED)),
    count: async () => ({
      ipv4: await count(tcp),
      ipv6: hasIpv6 ? await count(tcp6) : 0,
    }),
  };
}

/** Asks the kernel over netlink. Its families are those of the sockets, as in the two tables. */
export const ss: Peer = {
  name: 'ss',
  commands: ['ss -4Htn state established | wc -l', 'ss -6Htn state established | wc -l'],
  count: async () => ({
    ipv4: lines(await output('ss', ['-4Htn', 'state', 'established'])),
    ipv6: lines(await output('ss', ['-6Htn', 'state', 'established'])),
  }),
};

/** Reads both tables at once and names the family in its first column. */
export const netstat: Peer = {
  name: 'netstat',
  commands: ['netstat -tn | grep ESTABLISHED | wc -l'],
  async count() {
    const rows = (await output('netstat', ['-tn'])).split('\n').filter((row) => row.includes('ESTABLISHED'));
    const ipv6 = rows.filter((row) => row.startsWith('tcp6')).length;
    return { ipv4: rows.length - ipv6, ipv6 };
  },
};

/** A shell's pipe would hide the exit codes of all but its last program. */
function output(program: string, args: readonly string[], input = ''): Promise<string> {
  const options = {
    env: { ...process.env, LC_ALL: 'C' },
    timeout: TIMEOUT_MILLIS,
    maxBuffer: 512 * 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error || stderr.trim()) reject(new PeerError(explain(program, error, stderr.trim())));
      else resolve(stdout);
    });
    // It may end without having read all; then its exit code and stderr say why.
    child.stdin?.on('error', () => {}).end(input);
  });
}

function explain(program: string, error: ExecFileException | null, said: string): string {
  if (error?.code === 'ENOENT') return `${program} is not installed (package ${PACKAGES.get(program)})`;
  return `${program} gave no count: ${[error && ending(error), said].filter(Boolean).join(', ')}`;
}

function ending({ code, killed, message, signal }: ExecFileException): string {
  if (typeof code === 'string') return message;
  if (killed) return `it took longer than ${TIMEOUT_MILLIS / 1_000} s`;
  return signal ? `ended by ${signal}` : `exit code ${code}`;
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
