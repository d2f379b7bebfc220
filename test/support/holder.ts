/**
 * A process inside a private namespace: opens connections to a listener of its own, says `ready` and holds them until
 * its standard input closes.
 */
import { connect, createServer, type Socket } from 'node:net';
import type { Family } from './pairs.js';

export interface Holding {
  readonly family: Family;
  readonly port: number;
  readonly connections: number;
}

const ADDRESSES: Record<Family, { listen: string; connect: string }> = {
  ipv4: { listen: '127.0.0.1', connect: '127.0.0.1' },
  ipv6: { listen: '::1', connect: '::1' },
  mapped: { listen: '::', connect: '127.0.0.1' },
  mappedBoth: { listen: '::', connect: '::ffff:127.0.0.1' },
};
const IN_FLIGHT = 256;

const { family, port, connections }: Holding = JSON.parse(process.argv[2] ?? '');
const addresses = ADDRESSES[family];

process.stdin.on('end', () => process.exit()).resume();

// Referenced here, so that no socket is collected, and thereby closed, as long as the process lives.
const held: Socket[] = [];
let begun = 0;

const server = createServer({ pauseOnConnect: true }, hold);
// A queue that holds them all: where it overflows, the client's end is ESTABLISHED and the server's is not.
server.listen({ host: addresses.listen, port, backlog: connections + 1 }, () => {
  while (begun < Math.min(IN_FLIGHT, connections)) open();
});

function open(): void {
  begun += 1;
  const socket = connect({ host: addresses.connect, port }, () => {
    hold(socket);
    if (begun < connections) open();
  });
}

function hold(socket: Socket): void {
  held.push(socket);
  if (held.length === 2 * connections) process.stdout.write('ready\n');
}
