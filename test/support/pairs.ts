/** What the sockets that a holder opens look like in the kernel's tables. */

/** Names of the semantic conventions. */
export type StateName =
  | 'closed'
  | 'close_wait'
  | 'closing'
  | 'established'
  | 'fin_wait_1'
  | 'fin_wait_2'
  | 'last_ack'
  | 'listen'
  | 'syn_received'
  | 'syn_sent'
  | 'time_wait';

export type StateCounts = Record<StateName, number>;

/**
 * How a connection is made, which decides the table its two ends stand in. `mapped`: an IPv4 socket talks to
 * a dual-stack listener, whose end stands in tcp6 as ::ffff:a.b.c.d. `mappedBoth`: the client's socket is an
 * IPv6 one as well.
 */
export type Family = 'ipv4' | 'ipv6' | 'mapped' | 'mappedBoth';

/** What one process opens: connections to one listener of its own. */
export interface Holding {
  readonly family: Family;
  readonly port: number;
  readonly connections: number;
}

export interface Addresses {
  readonly listen: string;
  readonly connect: string;
  readonly clientTable: 'tcp' | 'tcp6';
  readonly serverTable: 'tcp' | 'tcp6';
}

export const FAMILIES: Record<Family, Addresses> = {
  ipv4: { listen: '127.0.0.1', connect: '127.0.0.1', clientTable: 'tcp', serverTable: 'tcp' },
  ipv6: { listen: '::1', connect: '::1', clientTable: 'tcp6', serverTable: 'tcp6' },
  mapped: { listen: '::', connect: '127.0.0.1', clientTable: 'tcp', serverTable: 'tcp6' },
  mappedBoth: { listen: '::', connect: '::ffff:127.0.0.1', clientTable: 'tcp6', serverTable: 'tcp6' },
};

export function noCounts(): StateCounts {
  return {
    closed: 0,
    close_wait: 0,
    closing: 0,
    established: 0,
    fin_wait_1: 0,
    fin_wait_2: 0,
    last_ack: 0,
    listen: 0,
    syn_received: 0,
    syn_sent: 0,
    time_wait: 0,
  };
}

export function addCounts(total: StateCounts, more: StateCounts): void {
  for (const state of Object.keys(total) as StateName[]) total[state] += more[state];
}

/** Rows that a holding leaves in each table. */
export function standing({ family, connections }: Holding): { tcp: StateCounts; tcp6: StateCounts } {
  const { clientTable, serverTable } = FAMILIES[family];
  const rows = { tcp: noCounts(), tcp6: noCounts() };
  rows[serverTable].listen += 1;
  rows[serverTable].established += connections;
  rows[clientTable].established += connections;
  return rows;
}
