/** What the sockets that the holders open look like in the kernel's tables. */
import type { TcpState } from '../../src/procfs/index.js';

export type StateCounts = Record<TcpState, number>;
export type Tables = Record<'tcp' | 'tcp6', StateCounts>;

/**
 * How a connection is made, which decides the table its two ends stand in. `mapped`: an IPv4 socket talks to a
 * dual-stack listener, whose end stands in tcp6 as ::ffff:a.b.c.d. `mappedBoth`: the client's socket is an IPv6 one
 * as well.
 */
export type Family = 'ipv4' | 'ipv6' | 'mapped' | 'mappedBoth';

export const TABLES_OF: Record<Family, { client: 'tcp' | 'tcp6'; server: 'tcp' | 'tcp6' }> = {
  ipv4: { client: 'tcp', server: 'tcp' },
  ipv6: { client: 'tcp6', server: 'tcp6' },
  mapped: { client: 'tcp', server: 'tcp6' },
  mappedBoth: { client: 'tcp6', server: 'tcp6' },
};

/**
 * A connection brought to a stage where it stands still, by the states its two ends are in then; an end that is gone
 * has none. CLOSE (`closed`) is missing because the kernel takes a socket out of its tables as it enters that state.
 */
export const STAGES = {
  established: { client: 'established', server: 'established' },
  halfClosed: { client: 'fin_wait_2', server: 'close_wait' },
  timeWait: { client: 'time_wait' },
  // From here on the server's packets vanish.
  finUnanswered: { client: 'established', server: 'fin_wait_1' },
  lastAckUnanswered: { client: 'fin_wait_2', server: 'last_ack' },
  bothFinsSent: { client: 'fin_wait_1', server: 'closing' },
  synUnanswered: { client: 'syn_sent' },
  synAckUnanswered: { client: 'syn_sent', server: 'syn_received' },
} satisfies Record<string, { client: TcpState; server?: TcpState }>;

export type Stage = keyof typeof STAGES;

/** How many connections to bring to each stage. */
export type Stages = Partial<Record<Stage, number>>;

export function noCounts(): StateCounts {
  return {
    established: 0,
    syn_sent: 0,
    syn_received: 0,
    fin_wait_1: 0,
    fin_wait_2: 0,
    time_wait: 0,
    closed: 0,
    close_wait: 0,
    last_ack: 0,
    listen: 0,
    closing: 0,
  };
}

/** Adds the rows of one listener and its connections. */
export function addRows(tables: Tables, family: Family, stages: Stages): void {
  const { client, server } = TABLES_OF[family];
  tables[server].listen += 1;
  for (const [stage, connections] of Object.entries(stages) as [Stage, number][]) {
    const ends: { client: TcpState; server?: TcpState } = STAGES[stage];
    tables[client][ends.client] += connections;
    if (ends.server) tables[server][ends.server] += connections;
  }
}
