import { stat } from 'node:fs/promises';
import { netPath } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { collectOnce } from '../collect-once.js';
import type { AgentConfig } from '../config/load.js';
import { connectionCounts } from '../connection-counts.js';
import { answer } from './answer.js';
import { catAwk, type FamilyCounts, isInstalled, netstat, type Peer, ss } from './peers.js';
import { textTable } from './text-table.js';

/** A busy host changes between two readings; as many tries as this look for a moment in which it did not. */
const TRIES = 5;

const PACKAGE = { ss: 'iproute2', netstat: 'net-tools' } as const;

/** One peer's count and ours just before and just after it. */
interface Comparison {
  readonly before: FamilyCounts;
  readonly peer: FamilyCounts;
  readonly after: FamilyCounts;
}

/**
 * Prints our counts beside those of other programs, each read between two of ours, and explains every difference.
 * @returns whether every difference has an explanation
 */
export async function verify(config: AgentConfig): Promise<boolean> {
  const established: AgentConfig = { ...config, metrics: ['tcp_connections'] };
  const rows: (string | number)[][] = [];
  const notes: string[] = [];
  const commands: string[] = [];
  let explained = true;
  const { peers, skipped } = await findPeers(config.proc);
  for (const peer of peers) {
    const { comparison, verdict, note, agrees } = await compare(peer, established);
    const { ipv4, ipv6 } = comparison.peer;
    rows.push([peer.name, ipv4, ipv6, ipv4 + ipv6, sum(comparison.before), sum(comparison.after), verdict]);
    commands.push(...peer.commands);
    if (note !== undefined) notes.push(note);
    explained &&= agrees;
  }
  await answer(
    `Established connections, ${await namespace(config.proc)}.\n\n` +
      textTable(['counted by', 'ipv4', 'ipv6', 'both', 'ours before', 'ours after', 'verdict'], rows) +
      paragraph('', [...notes, ...skipped]) +
      paragraph(
        'What was run:\n',
        commands.map((command) => `  ${command}`),
      ),
  );
  return explained;
}

async function findPeers(proc: string): Promise<{ peers: Peer[]; skipped: string[] }> {
  const peers = [catAwk(proc)];
  const skipped: string[] = [];
  for (const peer of [ss, netstat]) {
    if (!(await isInstalled(peer.name))) {
      skipped.push(`${peer.name} is not installed (package ${PACKAGE[peer.name as keyof typeof PACKAGE]}).`);
    } else if (!(await isOwnNamespace(proc))) {
      skipped.push(
        `${peer.name} counts the network namespace of this shell, not the one of ${proc}, and was not run.`,
      );
    } else {
      peers.push(peer);
    }
  }
  return { peers, skipped };
}

async function compare(peer: Peer, config: AgentConfig) {
  let comparison = await readBetween(peer, config);
  for (let tries = 1; tries < TRIES && !isSame(comparison); tries++)
    comparison = await readBetween(peer, config);
  const { before, after, peer: theirs } = comparison;
  if (isSame(comparison)) return { comparison, verdict: 'same', agrees: true };
  if (sum(before) !== sum(after) || before.ipv4 !== after.ipv4) {
    const note = `${peer.name}: connections opened and closed while it ran, in each of ${TRIES} tries; our own two counts differ as well.`;
    return { comparison, verdict: 'changing', note, agrees: true };
  }
  const note =
    `${peer.name} differs by ${difference(theirs, before)} although our count stood still. A reader that goes on to the end ` +
    'of the table meets some rows twice while connections come and go; repeat this on a quiet host, and report it if it stays.';
  return { comparison, verdict: `differs by ${difference(theirs, before)}`, note, agrees: false };
}

async function readBetween(peer: Peer, config: AgentConfig): Promise<Comparison> {
  const before = await ourCounts(config);
  const theirs = await peer.count();
  return { before, peer: theirs, after: await ourCounts(config) };
}

async function ourCounts(config: AgentConfig): Promise<FamilyCounts> {
  const counts = connectionCounts(await collectOnce(config));
  if (counts.length === 0) throw new Error('there is no count of ours to compare: see the error above');
  const of = (family: string) => counts.find((count) => count.family === family)?.count ?? 0;
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

/** Each family is what we counted before or after, or between the two. */
function isSame({ before, peer, after }: Comparison): boolean {
  return (['ipv4', 'ipv6'] as const).every(
    (family) =>
      peer[family] >= Math.min(before[family], after[family]) &&
      peer[family] <= Math.max(before[family], after[family]),
  );
}

function sum({ ipv4, ipv6 }: FamilyCounts): number {
  return ipv4 + ipv6;
}

function difference(theirs: FamilyCounts, ours: FamilyCounts): string {
  const signed = (n: number) => (n > 0 ? `+${n}` : String(n));
  return `${signed(theirs.ipv4 - ours.ipv4)} (ipv4), ${signed(theirs.ipv6 - ours.ipv6)} (ipv6)`;
}

/** A table's inode number differs by namespace and may be read by everybody, unlike the link in `<pid>/ns`. */
async function isOwnNamespace(proc: string): Promise<boolean> {
  const [own, counted] = await Promise.all([inode('/proc'), inode(proc)]);
  return own === counted;
}

async function namespace(proc: string): Promise<string> {
  return (await isOwnNamespace(proc))
    ? 'in the network namespace of this shell'
    : `in the network namespace of ${proc}/1`;
}

async function inode(proc: string): Promise<number | undefined> {
  return stat(netPath(proc, 'tcp')).then(
    ({ ino }) => ino,
    () => undefined,
  );
}

function paragraph(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${heading}${lines.join('\n')}\n`;
}
