import { isLoopback } from './loopback.js';
import type { OwnSockets } from './own-sockets.js';
import type { Row } from './row.js';
import { countsByState, type TcpStateCounts } from './tcp-states.js';
import type { RowHooks } from './tcp-table-parser.js';

/** Which rows of a table are counted, and which of them apart as well. */
export interface RowSelection {
  /** False leaves out rows whose own end is in 127.0.0.0/8 or is ::1. */
  readonly loopback: boolean;
  /** Local ports whose established connections are counted apart. */
  readonly ports: readonly number[];
  /** Sockets that are counted apart, by state. */
  readonly own?: OwnSockets | undefined;
}

/** Every row, and nothing apart. */
export const ALL_ROWS: RowSelection = { loopback: true, ports: [] };

/** What was counted apart. */
export interface Apart {
  /** Established connections by the local ports that were selected. */
  readonly ports: ReadonlyMap<number, number>;
  /** The selected sockets by state; absent where none were selected. */
  readonly own?: TcpStateCounts;
}

/** 01 is ESTABLISHED; see tcp-states.ts. */
const ESTABLISHED = 1;

/** Counts apart what a selection asks for, while a parser goes through the rows of one walk. */
export class Selected {
  readonly #selection: RowSelection;
  readonly #ports: Map<number, number>;
  readonly #ownByCode = new Uint32Array(256);

  constructor(selection: RowSelection) {
    this.#selection = selection;
    this.#ports = new Map(selection.ports.map((port) => [port, 0]));
  }

  /** For the parser; empty where everything is wanted and nothing apart, so that no row costs a call. */
  get hooks(): RowHooks {
    const { loopback, own } = this.#selection;
    return {
      accepts: loopback ? undefined : (row) => !isLoopback(row),
      visit: this.#ports.size === 0 && own === undefined ? undefined : (row) => this.#visit(row),
    };
  }

  get counts(): Apart {
    const ports = this.#ports;
    return this.#selection.own ? { ports, own: countsByState(this.#ownByCode) } : { ports };
  }

  #visit(row: Row): void {
    if (row.code === ESTABLISHED && this.#ports.size > 0) {
      const port = row.localPort;
      const count = this.#ports.get(port);
      if (count !== undefined) this.#ports.set(port, count + 1);
    }
    // biome-ignore lint/style/noNonNullAssertion: a code is two hexadecimal digits, and there are 256 places
    if (this.#selection.own?.inodes.has(row.inode)) this.#ownByCode[row.code]!++;
  }
}
