import type { PortRange } from './port-range.js';
import { mappedIpv4 } from './printed-address.js';
import type { Row } from './row.js';
import { STATE_OF_CODE } from './tcp-states.js';

/** A listener takes its port from nobody's outgoing connections. */
const LISTEN = STATE_OF_CODE.indexOf('listen');

/**
 * How many local ports are taken towards each destination: sockets in any state, TIME_WAIT included, by local address,
 * remote address and remote port. For each of these the kernel has every port of the range once
 * (`__inet_check_established` in net/ipv4/inet_hashtables.c), so that is what runs out.
 */
export class Outgoing {
  readonly #range: PortRange;
  readonly #taken = new Map<string, number>();

  constructor(range: PortRange) {
    this.#range = range;
  }

  /** Rows whose local port is outside the range, as those of most servers, take none of it. */
  add(row: Row): void {
    const port = row.localPort;
    if (row.code === LISTEN || port < this.#range.first || port > this.#range.last) return;
    const key = destination(row);
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
  }

  get taken(): ReadonlyMap<string, number> {
    return this.#taken;
  }
}

/** One text for IPv4 and IPv4-mapped addresses: sockets of both kinds share their ports. */
function destination(row: Row): string {
  const { localAddress, remoteAddress, remotePort } = row;
  return `${mappedIpv4(localAddress)} ${mappedIpv4(remoteAddress)} ${remotePort}`;
}

/** The share of the range that the destination with the fewest ports left has taken, 0 to 1. */
export function fullest(tables: readonly ReadonlyMap<string, number>[], { first, last }: PortRange): number {
  const taken = new Map<string, number>();
  let most = 0;
  for (const table of tables) {
    for (const [key, ports] of table) {
      const sum = (taken.get(key) ?? 0) + ports;
      taken.set(key, sum);
      most = Math.max(most, sum);
    }
  }
  return most / (last - first + 1);
}
