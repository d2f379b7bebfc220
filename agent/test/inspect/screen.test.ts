/** What `inspect` prints, by the width of the terminal. */
import { describe, expect, test } from 'vitest';
import type { Inspection } from '../../src/inspect/inspection.js';
import { screen } from '../../src/inspect/screen.js';

const LONG = '2001:db8:85a3:8d3:1319:8a2e:370:7348';
const PIDS = [4_101, 4_102, 4_103, 4_104, 4_105].map((pid) => ({ pid, connections: 120 }));

const INSPECTION: Inspection = {
  time: '2026-11-22T10:00:00.000Z',
  host: 'web-3',
  state: 'established',
  families: { ipv4: 902, ipv6: 382 },
  connections: 1_284,
  incoming: 1_100,
  outgoing: 184,
  addresses: {
    connections: 1_284,
    distinct: 3,
    top: [
      { address: '203.0.113.7', connections: 902, incoming: 902, outgoing: 0 },
      { address: LONG, connections: 198, incoming: 198, outgoing: 0 },
    ],
  },
  networks: {
    connections: 1_284,
    distinct: 1,
    top: [{ network: '203.0.113.0/24', connections: 1_284, incoming: 1_100, outgoing: 184 }],
  },
  localPorts: { connections: 1_100, distinct: 1, top: [{ port: 443, connections: 1_100 }] },
  remotePorts: { connections: 184, distinct: 1, top: [{ port: 5_432, connections: 184 }] },
  processes: {
    connections: 1_280,
    distinct: 2,
    top: [
      { name: 'shop', connections: 680, processes: 1, pids: [{ pid: 812, connections: 680 }] },
      { name: 'postgres', connections: 600, processes: 500, pids: PIDS },
    ],
    unheld: 3,
    unknown: 1,
    refused: 0,
  },
  states: { established: 1_284, time_wait: 99, listen: 5 },
  errors: [],
};

describe.each([24, 40, 80, 200])('%i columns', (columns) => {
  const lines = screen(INSPECTION, columns);

  test('no line is longer, and none ends in blanks', () => {
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(columns);
      expect(line).toBe(line.trimEnd());
    }
  });

  test('nothing is cut', () => {
    const text = lines.map((line) => line.trim()).join('');
    for (const name of [LONG, '203.0.113.0/24', '5432', '(waiting to be accepted)', '4103 (120)'])
      expect(text.replaceAll(' ', '')).toContain(name.replaceAll(' ', ''));
  });
});

test('40 columns', () => {
  expect(screen(INSPECTION, 40)).toMatchInlineSnapshot(`
    [
      "web-3, 2026-11-22T10:00:00.000Z",
      "1284 established (ipv4 902, ipv6 382):",
      "1100 incoming, 184 outgoing",
      "in each state: established 1284,",
      "time_wait 99, listen 5",
      "",
      "count  remote address",
      "  902  203.0.113.7",
      "  198  2001:db8:85a3:8d3:1319:8a2e:370:",
      "       7348",
      "  184  (1 more)",
      "",
      "count  share    in  out  remote network",
      " 1284   100%  1100  184  203.0.113.0/24",
      "",
      "count  share  local port of incoming",
      " 1100    86%  443",
      "",
      "count  share  remote port of outgoing",
      "  184    14%  5432",
      "",
      "count  process",
      "  680  shop, pid 812",
      "  600  postgres, pids 4101 (120), 4102",
      "       (120), 4103 (120), 497 more",
      "    3  (waiting to be accepted)",
      "    1  (unknown)",
    ]
  `);
});

test('80 columns', () => {
  expect(screen(INSPECTION, 80)).toMatchInlineSnapshot(`
    [
      "web-3, 2026-11-22T10:00:00.000Z",
      "1284 established (ipv4 902, ipv6 382): 1100 incoming, 184 outgoing",
      "in each state: established 1284, time_wait 99, listen 5",
      "",
      "count  share   in  out  remote address",
      "  902    70%  902    0  203.0.113.7",
      "  198    15%  198    0  2001:db8:85a3:8d3:1319:8a2e:370:7348",
      "  184    14%            (1 more)",
      "",
      "count  share    in  out  remote network",
      " 1284   100%  1100  184  203.0.113.0/24",
      "",
      "count  share  local port of incoming    count  share  remote port of outgoing",
      " 1100    86%  443                         184    14%  5432",
      "",
      "count  share  process",
      "  680    53%  shop, pid 812",
      "  600    47%  postgres, pids 4101 (120), 4102 (120), 4103 (120), 497 more",
      "    3    <1%  (waiting to be accepted)",
      "    1    <1%  (unknown)",
    ]
  `);
});

test('nothing in the name of a process reaches the terminal as it is', () => {
  const name = 'a\x1b[2J\nb\u202e';
  const top = [{ name, connections: 1, processes: 1, pids: [{ pid: 9, connections: 1 }] }];
  const lines = screen({ ...INSPECTION, processes: { ...INSPECTION.processes, top } }, 80);
  expect(lines).toContainEqual(expect.stringMatching(/ a\\u001b\[2J\\u000ab\\u202e, pid 9$/));
});

test('any state', () => {
  const [, second, third] = screen({ ...INSPECTION, state: 'all' }, 80);
  expect(second).toBe('1284 in any state (ipv4 902, ipv6 382): 1100 incoming, 184 outgoing');
  expect(third).toBe('in each state: established 1284, time_wait 99, listen 5');
  expect(screen({ ...INSPECTION, state: 'all' }, 80).join('\n')).toContain('(no process)');
});
