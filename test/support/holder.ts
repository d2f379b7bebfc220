/**
 * A process inside a private namespace: opens connections to a listener of its own, says `ready` and holds
 * them until its standard input closes.
 */
import { connect, createServer, type Socket } from 'node:net';
import { FAMILIES, type Holding } from './pairs.js';

const holding: Holding = JSON.parse(process.argv[2] ?? '');
const addresses = FAMILIES[holding.family];
const IN_FLIGHT = 256;

process.stdin.on('end', () => process.exit()).resume();

// Referenced here, so that no socket is collected, and thereby closed, as long as the process lives.
const held: Socket[] = [];
let begun = 0;

const server = createServer({ pauseOnConnect: true }, hold);
// A queue that holds them all: where it overflows, the client's end is ESTABLISHED and the server's is not.
server.listen({ host: addresses.listen, port: holding.port, backlog: holding.connections + 1 }, () => {
  while (begun < Math.min(IN_FLIGHT, holding.connections)) open();
});

function open(): void {
  begun += 1;
  const socket = connect({ host: addresses.connect, port: holding.port }, () => {
    hold(socket);
    if (begun < holding.connections) open();
  });
}

function hold(socket: Socket): void {
  held.push(socket);
  if (held.length === 2 * holding.connections) process.stdout.write('ready\n');
}
