/**
 * A process inside a private namespace, under the name by which it was started: listens and calls, says `ready` and holds
 * what is open until its standard input closes; one that is `deaf` accepts nothing more, and has to be killed.
 * `{"listen": [{port, host}], "call": [{port, host, localAddress, count}], "deaf": false}`
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const { listen = [], call = [], deaf = false } = JSON.parse(process.argv[2]);
process.stdin.on('end', () => process.exit()).resume();

const held = [];
for (const address of listen) {
  const server = createServer((socket) => held.push(socket));
  server.listen(address);
  await once(server, 'listening');
}
for (const { count, ...address } of call) {
  for (let i = 0; i < count; i++) {
    const socket = connect(address);
    await once(socket, 'connect');
    held.push(socket);
  }
}
process.stdout.write('ready\n');
if (deaf) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
