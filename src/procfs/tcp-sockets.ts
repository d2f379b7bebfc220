import { type Address, addressOf } from './address.js';
import type { Row } from './row.js';
import { acceptedBy } from './row-selection.js';
import type { AddressFamily } from './table-path.js';
import { readTcpTables } from './tcp-scan.js';
import { STATE_OF_CODE, type TcpState, type TcpStateCounts } from './tcp-states.js';
import { type Gathering, walkTcpTable } from './tcp-table.js';
import type { TcpTableError } from './tcp-table-error.js';
import type { RowHooks } from './tcp-table-parser.js';

/** One row of a kernel table. */
export interface TcpSocket {
  /** That of the table it stands in: an IPv4 client of a dual-stack listener is `ipv6`, as it is in `ss`. */
  readonly family: AddressFamily;
  /** `unknown` for a code that no known kernel uses. */
  readonly state: TcpState | 'unknown';
  readonly localPort: number;
  /** The other end; all zeros in a listener's row. One object for all rows with the same address. */
  readonly remote: Address;
  readonly remotePort: number;
  /** As in `/proc/<pid>/fd`; 0 where no process holds it: TIME_WAIT, and a connection that waits to be accepted. */
  readonly inode: number;
}

/** Which rows to read. */
export interface TcpSocketSelection {
  /**
   * False leaves out rows whose own end is in 127.0.0.0/8 or is ::1.
   * @default true
   */
  readonly loopback?: boolean;
  /** Other states are counted, but their rows are not given. */
  readonly states: ReadonlySet<TcpState | 'unknown'>;
}

/** The tables of both families at one moment. */
export interface TcpSockets {
  readonly sockets: readonly TcpSocket[];
  /** All rows by family and state, whatever states were asked for; a family that can't be read is absent. */
  readonly counts: Readonly<Partial<Record<AddressFamily, TcpStateCounts>>>;
  /** Why a family is absent. A host without IPv6 has none of it, and no error. */
  readonly errors: readonly TcpTableError[];
}

/**
 * Reads who is connected to whom, not only how many. It gives an object for each row, 150 bytes or so, where
 * {@link readTcpTable} gives none: for when somebody asks, not for each cycle. Never rejects for what the tables hold
 * or lack.
 * @param folder where both tables stand, as {@link netFolder} gives it for `<proc>`
 */
export async function readTcpSockets(
  folder: string,
  { loopback = true, states }: TcpSocketSelection,
): Promise<TcpSockets> {
  const addresses = new Map<string, Address>();
  const reads = await readTcpTables(folder, (path, family) =>
    walkTcpTable(path, () => new Collected(family, states, loopback, addresses)),
  );
  const sockets: TcpSocket[][] = [];
  const counts: Partial<Record<AddressFamily, TcpStateCounts>> = {};
  const errors: TcpTableError[] = [];
  for (const one of reads) {
    if ('error' in one) errors.push(one.error);
    else {
      sockets.push(one.gathered);
      counts[one.family] = one.counts;
    }
  }
  return { sockets: sockets.flat(), counts, errors };
}

/** The rows of one walk. */
class Collected implements Gathering<TcpSocket[]> {
  readonly gathered: TcpSocket[] = [];
  readonly hooks: RowHooks;
  readonly #family: AddressFamily;
  /** By what the kernel prints: on most hosts few addresses have many connections. */
  readonly #addresses: Map<string, Address>;

  constructor(
    family: AddressFamily,
    states: TcpSocketSelection['states'],
    loopback: boolean,
    addresses: Map<string, Address>,
  ) {
    this.#family = family;
    this.#addresses = addresses;
    this.hooks = {
      accepts: acceptedBy(loopback),
      visit: (row) => {
        const state = STATE_OF_CODE[row.code] ?? 'unknown';
        if (states.has(state)) this.gathered.push(this.#socket(row, state));
      },
    };
  }

  #socket(row: Row, state: TcpSocket['state']): TcpSocket {
    const { localPort, remotePort, inode } = row;
    const remote = this.#address(row.remoteAddress);
    return { family: this.#family, state, localPort, remote, remotePort, inode };
  }

  #address(printed: string): Address {
    const known = this.#addresses.get(printed);
    if (known !== undefined) return known;
    const address = addressOf(printed);
    this.#addresses.set(printed, address);
    return address;
  }
}
