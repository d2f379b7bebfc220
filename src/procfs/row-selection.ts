import { isLoopback } from './loopback.js';
import type { RowHooks } from './tcp-table-parser.js';

/** Which rows of a table are counted, and which of them by local port as well. */
export interface RowSelection {
  /** False leaves out rows whose own end is in 127.0.0.0/8 or is ::1. */
  readonly loopback: boolean;
  /** Local ports whose established connections are counted apart. */
  readonly ports: readonly number[];
}

/** Every row, and no port apart. */
export const ALL_ROWS: RowSelection = { loopback: true, ports: [] };

/** 01 is ESTABLISHED; see tcp-states.ts. */
const ESTABLISHED = 1;

/** What the parser is to do for a selection, the ports' counts in `ports`; nothing where everything is wanted. */
export function hooksOf({ loopback }: RowSelection, ports: Map<number, number>): RowHooks {
  return {
    accepts: loopback ? undefined : (row) => !isLoopback(row),
    visit:
      ports.size === 0
        ? undefined
        : (row) => {
            if (row.code !== ESTABLISHED) return;
            const port = row.localPort;
            const count = ports.get(port);
            if (count !== undefined) ports.set(port, count + 1);
          },
  };
}
