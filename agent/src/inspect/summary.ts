import type { SocketOwners, TcpSocket } from 'opentelemetry-instrumentation-tcp-connections/procfs';

/** How many connections, and in which direction: incoming where a listener has the same local port. */
export interface Tally {
  readonly connections: number;
  readonly incoming: number;
  readonly outgoing: number;
}

/** What has the most connections, most first. */
export interface Ranking<T> {
  /** Among how many connections. */
  readonly connections: number;
  /** Among how many different ones. */
  readonly distinct: number;
  readonly top: readonly T[];
}

/** Processes of one name. */
export interface ProcessEntry {
  readonly name: string;
  /** A connection that several of them hold, as after a fork, is one. */
  readonly connections: number;
  readonly processes: number;
  /** Those that hold the most. */
  readonly pids: readonly { readonly pid: number; readonly connections: number }[];
}

/** A connection that processes of several names hold stands with each name. */
export interface ProcessRanking extends Ranking<ProcessEntry> {
  /** Connections that no process holds: those that wait to be accepted, and what the kernel keeps after a close. */
  readonly unheld: number;
  /** Connections whose process was not found. */
  readonly unknown: number;
  /** Processes whose descriptors the kernel didn't show. */
  readonly refused: number;
}

/** Who is on the other end, and who here holds the connections. */
export interface Summary extends Tally {
  readonly addresses: Ranking<{ readonly address: string } & Tally>;
  /** By /24 and /64. */
  readonly networks: Ranking<{ readonly network: string } & Tally>;
  /** Of incoming connections: the services here. An outgoing connection has any port. */
  readonly localPorts: Ranking<{ readonly port: number; readonly connections: number }>;
  /** Of outgoing connections: the services elsewhere. */
  readonly remotePorts: Ranking<{ readonly port: number; readonly connections: number }>;
  readonly processes: ProcessRanking;
}

/**
 * Summarizes connections; reads nothing.
 * @param sockets what to summarize
 * @param listening local ports of all listeners
 * @param top how many entries each ranking has at most
 */
export function summarize(
  sockets: readonly TcpSocket[],
  listening: ReadonlySet<number>,
  owners: SocketOwners,
  top: number,
): Summary {
  const connected = sockets.filter(({ state }) => state !== 'listen');
  const incoming = sockets.filter(({ localPort }) => listening.has(localPort));
  const outgoing = sockets.filter(({ localPort }) => !listening.has(localPort));
  const tally = (of: readonly TcpSocket[], keyOf: (socket: TcpSocket) => string) => {
    const inward = countBy(of, (socket) => (listening.has(socket.localPort) ? keyOf(socket) : undefined));
    const { top: entries, ...among } = rank(countBy(of, keyOf), top);
    return {
      ...among,
      top: entries.map(({ key, connections }) => {
        const from = inward.get(key) ?? 0;
        return { key, connections, incoming: from, outgoing: connections - from };
      }),
    };
  };
  return {
    connections: sockets.length,
    incoming: incoming.length,
    outgoing: outgoing.length,
    addresses: named(
      tally(connected, ({ remote }) => remote.text),
      (address) => ({ address }),
    ),
    networks: named(
      tally(connected, ({ remote }) => remote.network),
      (network) => ({ network }),
    ),
    localPorts: named(
      rank(
        countBy(incoming, (socket) => socket.localPort),
        top,
      ),
      (port) => ({ port }),
    ),
    remotePorts: named(
      rank(
        countBy(outgoing, (socket) => socket.remotePort),
        top,
      ),
      (port) => ({ port }),
    ),
    processes: rankProcesses(sockets, owners, top),
  };
}

type Keyed<K> = { readonly key: K; readonly connections: number };

function countBy<K>(
  sockets: readonly TcpSocket[],
  keyOf: (socket: TcpSocket) => K | undefined,
): Map<K, number> {
  const counts = new Map<K, number>();
  for (const socket of sockets) {
    const key = keyOf(socket);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Equal ones stand in the order of their keys, so that a screen that is drawn again stands still. */
function rank<K extends string | number>(counts: ReadonlyMap<K, number>, top: number): Ranking<Keyed<K>> {
  const entries = Array.from(counts, ([key, connections]) => ({ key, connections }));
  entries.sort((a, b) => b.connections - a.connections || (a.key < b.key ? -1 : 1));
  const connections = entries.reduce((sum, entry) => sum + entry.connections, 0);
  return { connections, distinct: entries.length, top: entries.slice(0, top) };
}

function named<K, E extends Keyed<K>, N>(
  { top, ...among }: Ranking<E>,
  name: (key: E['key']) => N,
): Ranking<N & Omit<E, 'key'>> {
  return { ...among, top: top.map(({ key, ...counts }) => ({ ...name(key), ...counts })) };
}

function rankProcesses(
  sockets: readonly TcpSocket[],
  { owners, refused }: SocketOwners,
  top: number,
): ProcessRanking {
  const wanted = inodesOf(sockets);
  const known = new Set<number>();
  const byName = new Map<string, { inodes: Set<number>; pids: Map<number, number> }>();
  for (const { pid, name, inodes } of owners) {
    const held = inodes.filter((inode) => wanted.has(inode));
    if (held.length === 0) continue;
    const entry = byName.get(name) ?? { inodes: new Set(), pids: new Map() };
    byName.set(name, entry);
    entry.pids.set(pid, held.length);
    for (const inode of held) {
      entry.inodes.add(inode);
      known.add(inode);
    }
  }
  const counts = new Map(Array.from(byName, ([name, { inodes }]) => [name, inodes.size]));
  const { top: entries, ...among } = rank(counts, top);
  return {
    ...among,
    top: entries.map(({ key: name, connections }) => {
      const pids = rank(byName.get(name)?.pids ?? new Map<number, number>(), top);
      return {
        name,
        connections,
        processes: pids.distinct,
        pids: pids.top.map(({ key: pid, connections }) => ({ pid, connections })),
      };
    }),
    unheld: sockets.filter(({ inode }) => inode === 0).length,
    unknown: wanted.size - known.size,
    refused,
  };
}

/** Of the sockets that a process may hold. */
export function inodesOf(sockets: readonly TcpSocket[]): ReadonlySet<number> {
  return new Set(sockets.map(({ inode }) => inode).filter((inode) => inode !== 0));
}
