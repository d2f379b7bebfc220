/** Summaries of rows that are made up. */
import type { SocketOwners, TcpSocket } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { expect, test } from 'vitest';
import { summarize } from '../../src/inspect/summary.js';

const NOBODY: SocketOwners = { owners: [], refused: 0 };

let inodes = 1_000;

function socket(address: string, row: Partial<TcpSocket> = {}): TcpSocket {
  const network = address.replace(/\.\d+$/, '.0/24');
  const ports = { localPort: 443, remotePort: 50_000 };
  return {
    family: 'ipv4',
    state: 'established',
    ...ports,
    inode: inodes++,
    remote: { text: address, network },
    ...row,
  };
}

function times(count: number, make: () => TcpSocket): TcpSocket[] {
  return Array.from({ length: count }, make);
}

test('addresses and networks, most first, equal ones in a fixed order, and how many there are', () => {
  const sockets = [
    ...times(2, () => socket('192.0.2.9')),
    ...times(3, () => socket('198.51.100.7')),
    ...times(2, () => socket('192.0.2.10')),
  ];
  const { addresses, networks } = summarize(sockets, new Set(), NOBODY, 2);
  expect(addresses).toEqual({
    connections: 7,
    distinct: 3,
    top: [
      { address: '198.51.100.7', connections: 3, incoming: 0, outgoing: 3 },
      { address: '192.0.2.10', connections: 2, incoming: 0, outgoing: 2 },
    ],
  });
  expect(networks.top.map(({ network, connections }) => [network, connections])).toEqual([
    ['192.0.2.0/24', 4],
    ['198.51.100.0/24', 3],
  ]);
  expect(summarize(sockets.toReversed(), new Set(), NOBODY, 2)).toEqual(
    summarize(sockets, new Set(), NOBODY, 2),
  );
});

test('what has a listener on its local port is incoming, and each direction has its own ports', () => {
  const sockets = [
    ...times(3, () => socket('192.0.2.1')),
    ...times(2, () => socket('192.0.2.1', { localPort: 8_080 })),
    ...times(4, () => socket('192.0.2.1', { localPort: 40_000, remotePort: 5_432 })),
  ];
  const summary = summarize(sockets, new Set([443, 8_080]), NOBODY, 10);
  expect(summary).toMatchObject({ connections: 9, incoming: 5, outgoing: 4 });
  expect(summary.addresses.top).toEqual([{ address: '192.0.2.1', connections: 9, incoming: 5, outgoing: 4 }]);
  expect(summary.localPorts.top).toEqual([
    { port: 443, connections: 3 },
    { port: 8_080, connections: 2 },
  ]);
  expect(summary.remotePorts.top).toEqual([{ port: 5_432, connections: 4 }]);
});

test('a listener has nobody on the other end, but a port and a process', () => {
  const listener = socket('0.0.0.0', { state: 'listen', inode: 7 });
  const owners = { owners: [{ pid: 12, name: 'shop', inodes: [7] }], refused: 0 };
  const summary = summarize([listener, socket('192.0.2.1')], new Set([443]), owners, 10);
  expect(summary.addresses.top).toEqual([{ address: '192.0.2.1', connections: 1, incoming: 1, outgoing: 0 }]);
  expect(summary.localPorts.top).toEqual([{ port: 443, connections: 2 }]);
  expect(summary.processes.top).toMatchObject([{ name: 'shop', connections: 1 }]);
});

test('processes of one name stand together, and what several hold is counted once for the name', () => {
  const sockets = [1, 2, 3, 4, 5, 0, 0].map((inode) => socket('192.0.2.1', { inode }));
  const owners = [
    { pid: 30, name: 'proxy', inodes: [1] },
    { pid: 31, name: 'proxy', inodes: [1, 2] },
    { pid: 40, name: 'shop', inodes: [3, 99] },
    { pid: 41, name: 'log', inodes: [3] },
    { pid: 50, name: 'quiet', inodes: [98] },
  ];
  expect(summarize(sockets, new Set(), { owners, refused: 6 }, 2).processes).toEqual({
    connections: 4,
    distinct: 3,
    top: [
      {
        name: 'proxy',
        connections: 2,
        processes: 2,
        pids: [
          { pid: 31, connections: 2 },
          { pid: 30, connections: 1 },
        ],
      },
      { name: 'log', connections: 1, processes: 1, pids: [{ pid: 41, connections: 1 }] },
    ],
    unheld: 2,
    unknown: 2,
    refused: 6,
  });
});

test('no connections at all', () => {
  const none = { connections: 0, distinct: 0, top: [] };
  expect(summarize([], new Set([443]), NOBODY, 10)).toEqual({
    connections: 0,
    incoming: 0,
    outgoing: 0,
    addresses: none,
    networks: none,
    localPorts: none,
    remotePorts: none,
    processes: { ...none, unheld: 0, unknown: 0, refused: 0 },
  });
});
