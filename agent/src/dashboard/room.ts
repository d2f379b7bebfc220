import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets a server hold so many connections, and where another comes, ends the one that has waited longest for its next
 * request. A limit that turns the new one away instead, as Node's own `maxConnections` does, lets anybody shut a server by
 * holding connections and saying nothing.
 */
export function keepRoom(server: Server, most: number): void {
  const open = new Set<Socket>();
  /** Those that nothing is being answered to, the longest first. */
  const idle = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    idle.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      idle.delete(socket);
    });
    if (open.size > most) end(idle);
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    response.once('close', () => {
      if (open.has(socket)) idle.add(socket);
    });
  });

  /** Where every other is being answered to, it is the new one. */
  function end([longest]: Set<Socket>): void {
    if (longest === undefined) return;
    open.delete(longest);
    idle.delete(longest);
    longest.destroy();
  }
}
