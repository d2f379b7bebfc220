import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readTcpTable, TCP_STATES, type TcpState } from '../../src/procfs/index.js';

/** As `awk '{print $4}' | sort | uniq -c` gives it; states that are not named have no row. */
const CAPTURED: Record<string, Partial<Record<TcpState, number>>> = {
  'every-state.tcp': {
    established: 7,
    syn_sent: 2,
    syn_received: 1,
    fin_wait_1: 2,
    fin_wait_2: 3,
    time_wait: 1,
    close_wait: 1,
    last_ack: 1,
    listen: 1,
    closing: 1,
  },
  'every-state.tcp6': {
    established: 7,
    syn_sent: 2,
    syn_received: 1,
    fin_wait_1: 2,
    fin_wait_2: 2,
    time_wait: 1,
    close_wait: 2,
    last_ack: 1,
    listen: 2,
    closing: 1,
  },
  'header-only.tcp': {},
  'header-only.tcp6': {},
  'past-row-10000.tcp': { established: 9 },
  'past-row-10000.tcp6': { established: 9 },
};

test.each(Object.entries(CAPTURED))('%s', async (file, rows) => {
  const none = Object.fromEntries(TCP_STATES.map((state) => [state, 0]));
  const path = fileURLToPath(new URL(`fixtures/${file}`, import.meta.url));
  expect(await readTcpTable(path)).toEqual({ ...none, ...rows });
});
