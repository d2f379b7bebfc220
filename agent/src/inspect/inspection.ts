import { hostname } from 'node:os';
import {
  type AddressFamily,
  netFolder,
  readSocketOwners,
  readTcpSockets,
  TCP_STATES,
  type TcpState,
} from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { inodesOf, type Summary, summarize } from './summary.js';

export interface InspectionOptions {
  /** Where the proc file system is mounted. */
  readonly proc: string;
  /** False leaves out this host's connections with itself. */
  readonly loopback: boolean;
  /** Whose connections are looked at. */
  readonly state: TcpState | 'all';
  /** How many entries each ranking has at most. */
  readonly top: number;
}

/** Who holds the connections at one moment. It is what `inspect --json` prints, so its names are an interface. */
export interface Inspection extends Summary {
  /** ISO 8601. */
  readonly time: string;
  readonly host: string;
  readonly state: TcpState | 'all';
  /** Connections in that state by the table they stand in, as `once` counts them. */
  readonly families: Readonly<Partial<Record<AddressFamily, number>>>;
  /** All sockets by state, those without any left out. */
  readonly states: Readonly<Record<string, number>>;
  /** Why a family is absent. */
  readonly errors: readonly string[];
}

/**
 * Looks who holds the connections. It reads every row and every process's descriptors, so it is for when somebody asks.
 * @throws {Error} with the causes, where neither family's table can be read
 */
export async function inspect({ proc, loopback, state, top }: InspectionOptions): Promise<Inspection> {
  const time = new Date().toISOString();
  const states = new Set(
    state === 'all' ? ([...TCP_STATES, 'unknown'] as const) : ([state, 'listen'] as const),
  );
  const { sockets, counts, errors } = await readTcpSockets(netFolder(proc), { loopback, states });
  const messages = errors.map(({ message }) => message);
  if (Object.keys(counts).length === 0) throw new Error(messages.join('; '));
  const listening = new Set(
    sockets.filter((socket) => socket.state === 'listen').map(({ localPort }) => localPort),
  );
  const selected = state === 'all' ? sockets : sockets.filter((socket) => socket.state === state);
  const owners = await readSocketOwners(proc, inodesOf(selected));
  return {
    time,
    host: hostname(),
    state,
    families: Object.fromEntries(
      Object.keys(counts).map((family) => [
        family,
        selected.filter((socket) => socket.family === family).length,
      ]),
    ),
    ...summarize(selected, listening, owners, top),
    states: sumByState(Object.values(counts)),
    errors: messages,
  };
}

function sumByState(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [state, count] of counts.flatMap((family) => Object.entries(family))) {
    if (count > 0) sums[state] = (sums[state] ?? 0) + count;
  }
  return sums;
}
