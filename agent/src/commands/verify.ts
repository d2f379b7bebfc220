import { stat } from 'node:fs/promises';
import { netPath } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { type Collection, openCollection } from '../collect-once.js';
import type { AgentConfig } from '../config/load.js';
import { connectionCounts } from '../connection-counts.js';
import { answer } from './answer.js';
import { missingCounts } from './missing-counts.js';
import { otherNamespaces } from './other-namespaces.js';
import { catAwk, type FamilyCounts, netstat, type Peer, PeerError, ss } from './peers.js';
import { textTable } from './text-table.js';

/** A busy host changes between two readings; as many tries as this look for a moment in which it did not. */
const TRIES = 5;

const LOOPBACK_NOTE =
  'These numbers hold the connections of this host with itself, which `loopback: false` leaves out of what is exported.';

const HEADING = ['counted by', 'ipv4', 'ipv6', 'both', 'ours before', 'ours after', 'verdict'];

/** One peer's count and ours just before and just after it. */
interface Comparison {
  readonly before: FamilyCounts;
  readonly peer: FamilyCounts;
  readonly after: FamilyCounts;
}

/**
 * Prints our counts beside those of other programs, each read between two of ours, and explains every difference.
 * @returns whether a program gave a count to compare with, and every difference has an explanation
 * @throws {Error} where there is no count of ours
 */
export async function verify(config: AgentConfig): Promise<boolean> {
  const established: AgentConfig = {
    ...config,
    metrics: ['tcp_connections'],
    ports: [],
    loopback: true,
    namespaces: 'own',
    process: false,
  };
  const collection = openCollection(established);
  try {
    return await compareAll({ collection, proc: config.proc }, await differences(config));
  } finally {
    collection.close();
  }
}

/** What all of our own counts are taken from. */
interface Ours {
  readonly collection: Collection;
  readonly proc: string;
}

/** What the configuration counts otherwise than it is compared here. */
async function differences({ proc, loopback, namespaces }: AgentConfig): Promise<string[]> {
  const elsewhere = await otherNamespaces(proc, namespaces === 'all');
  return [...(loopback ? [] : [LOOPBACK_NOTE]), ...(elsewhere === undefined ? [] : [elsewhere])];
}

async function compareAll(ours: Ours, differences: readonly string[]): Promise<boolean> {
  const { proc } = ours;
  const rows: (string | number)[][] = [];
  const notes: string[] = [];
  const commands: string[] = [];
  let explained = true;
  const own = await isOwnNamespace(proc);
  const { peers, skipped } = await findPeers(proc, own);
  for (const peer of peers) {
    try {
      const { comparison, verdict, note, agrees } = await compare(peer, ours);
      const { ipv4, ipv6 } = comparison.peer;
      rows.push([peer.name, ipv4, ipv6, ipv4 + ipv6, sum(comparison.before), sum(comparison.after), verdict]);
      commands.push(...peer.commands);
      if (note !== undefined) notes.push(note);
      explained &&= agrees;
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      notes.push(`${error.message}.`);
    }
  }
  await answer(
    `Established connections, in the network namespace of ${own ? 'this shell' : `${proc}/1`}.\n\n` +
      (rows.length > 0 ? textTable(HEADING, rows) : 'Nothing to compare with.\n') +
      paragraph('', [...notes, ...skipped]) +
      paragraph('', differences) +
      paragraph(
        'The same by hand:\n',
        commands.map((command) => `  ${command}`),
      ),
  );
  return explained && rows.length > 0;
}

/** Those that count the same namespace as the tables of `proc`. */
async function findPeers(proc: string, own: boolean): Promise<{ peers: Peer[]; skipped: string[] }> {
  const here = [ss, netstat];
  if (own) return { peers: [await catAwk(proc), ...here], skipped: [] };
  const skipped = here.map(
    ({ name }) =>
      `${name} counts the network namespace of this shell, not the one of ${proc}, and was not run.`,
  );
  return { peers: [await catAwk(proc)], skipped };
}

async function compare(peer: Peer, ours: Ours) {
  let comparison = await readBetween(peer, ours);
  for (let tries = 1; tries < TRIES && !isSame(comparison); tries++)
    comparison = await readBetween(peer, ours);
  const { before, after, peer: theirs } = comparison;
  if (isSame(comparison)) return { comparison, verdict: 'same', agrees: true };
  if (sum(before) !== sum(after) || before.ipv4 !== after.ipv4) {
    const note = `${peer.name}: connections opened and closed while it ran, in each of ${TRIES} tries; our own two counts differ as well.`;
    return { comparison, verdict: 'changing', note, agrees: true };
  }
  const cause =
    sum(theirs) > sum(before)
      ? ' A reader that goes on to the end of the table meets some rows twice while connections come and go.'
      : '';
  const note =
    `${peer.name} differs by ${difference(theirs, before)} although our count stood still.${cause} ` +
    'Repeat this on a quiet host, and report it if it stays.';
  return { comparison, verdict: `differs by ${difference(theirs, before)}`, note, agrees: false };
}

async function readBetween(peer: Peer, ours: Ours): Promise<Comparison> {
  const before = await ourCounts(ours);
  const theirs = await peer.count();
  return { before, peer: theirs, after: await ourCounts(ours) };
}

async function ourCounts({ collection, proc }: Ours): Promise<FamilyCounts> {
  const points = await collection.collect();
  const missing = await missingCounts(points, proc);
  if (missing.length > 0) throw new Error(`nothing of ours to compare: ${missing.join('; ')}`);
  const counts = connectionCounts(points);
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

async function inode(proc: string): Promise<number | undefined> {
  return stat(netPath(proc, 'tcp')).then(
    ({ ino }) => ino,
    () => undefined,
  );
}

function paragraph(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${heading}${lines.join('\n')}\n`;
}
