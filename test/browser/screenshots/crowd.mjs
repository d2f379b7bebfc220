// Connections in a private network namespace: reads how many there shall be, a number a line, and opens or closes that
// many; each sends a little now and then. Ends with its standard input.
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

const PORT = 8443;
const PAYLOAD = Buffer.alloc(4_000);
const EVERY_MILLIS = 400;

const clients = [];
createServer((socket) => socket.resume().on('error', () => socket.destroy())).listen(PORT, '0.0.0.0', () =>
  console.log('ready'),
);

function open(index) {
  // Of many addresses, as clients are.
  const client = connect({
    port: PORT,
    host: '127.0.0.1',
    localAddress: `127.0.${index % 3}.${1 + (index % 200)}`,
  });
  client.on('error', (error) => {
    throw error;
  });
  const timer = setInterval(() => client.write(PAYLOAD), EVERY_MILLIS);
  client.on('close', () => clearInterval(timer));
  return client;
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const wanted = Number(line);
  while (clients.length < wanted) clients.push(open(clients.length));
  while (clients.length > wanted) clients.pop().resetAndDestroy();
});
lines.on('close', () => process.exit());
