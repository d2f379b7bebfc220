import { isLoopback } from './loopback.js';
import { Outgoing } from './outgoing.js';
import type { OwnSockets } from './own-sockets.js';
import type { PortRange } from './port-range.js';
import type { Row } from './row.js';
import { countsByState, STATE_OF_CODE, type TcpStateCounts } from './tcp-states.js';
import type { RowHooks } from './tcp-table-parser.js';

/** Which rows of a table are counted, and which of them apart as well. */
export interface RowSelection {
  /** False leaves out rows whose own end is in 127.0.0.0/8 or is ::1. */
  readonly loopback: boolean;
  /** Local ports whose established connections are counted apart. */
  readonly ports: readonly number[];
  /** Sockets that are counted apart, by state. */
  readonly own?: OwnSockets | undefined;
  /** The range in which ports taken by outgoing connections are counted by destination. */
  readonly portRange?: PortRange | undefined;
}

/** Every row, and nothing apart. */
export const ALL_ROWS: RowSelection = { loopback: true, ports: [] };

/** What was counted apart. */
export interface Apart {
  /** Established connections by the local ports that were selected. */
  readonly ports: ReadonlyMap<number, number>;
  /** The selected sockets by state; absent where none were selected. */
  readonly own?: TcpStateCounts;
  /** Ports taken, by destination; absent without a range. */
  readonly taken?: ReadonlyMap<string, number>;
}

const ESTABLISHED = STATE_OF_CODE.indexOf('established');

/** Counts apart what a selection asks for, while a parser goes through the rows of one walk. */
export class Selected {
  readonly #selection: RowSelection;
  readonly #ports: Map<number, number>;
  readonly #ownByCode = new Uint32Array(256);
  readonly #outgoing: Outgoing | undefined;

  constructor(selection: RowSelection) {
    this.#selection = selection;
    this.#ports = new Map(selection.ports.map((port) => [port, 0]));
    this.#outgoing = selection.portRange && new Outgoing(selection.portRange);
  }

  /** For the parser; empty where everything is wanted and nothing apart, so that no row costs a call. */
  get hooks(): RowHooks {
    const { loopback, own, portRange } = this.#selection;
    const nothingApart = this.#ports.size === 0 && own === undefined && portRange === undefined;
    return {
      accepts: acceptedBy(loopback),
      visit: nothingApart ? undefined : (row) => this.#visit(row),
    };
  }

  get gathered(): Apart {
    return {
      ports: this.#ports,
      ...(this.#selection.own && { own: countsByState(this.#ownByCode) }),
      ...(this.#outgoing && { taken: this.#outgoing.taken }),
    };
  }

  #visit(row: Row): void {
    this.#outgoing?.add(row);
    if (row.code === ESTABLISHED && this.#ports.size > 0) {
      const port = row.localPort;
      const count = this.#ports.get(port);
      if (count !== undefined) this.#ports.set(port, count + 1);
    }
    // biome-ignore lint/style/noNonNullAssertion: a code is two hexadecimal digits, and there are 256 places
    if (this.#selection.own?.inodes.has(row.inode)) this.#ownByCode[row.code]!++;
  }
}

/** For the parser: nothing where every row counts, so that none costs a call. */
export function acceptedBy(loopback: boolean): RowHooks['accepts'] {
  return loopback ? undefined : (row) => !isLoopback(row);
}
