/**
 * A process inside a private namespace that opens and closes connections, so many a second, until its standard input
 * closes. Every line on its standard input is answered by one of JSON: how many connections it has begun and how many
 * have ended.
 *
 * `begun` counts before `connect`, `ended` after both ends are closed. So whoever asks before and after an interval
 * knows that no more than `begun` (after) less `ended` (before) connections were open at any moment in it.
 */
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface Churned {
  readonly begun: number;
  readonly ended: number;
}

const host = '127.0.0.1';
const port = Number(process.argv[2]);
const perSecond = Number(process.argv[3]);
const OPEN_AT_MOST = 64;
const TICK_MS = 2;
let begun = 0;
let ended = 0;

createInterface(process.stdin)
  .on('line', () => process.stdout.write(`${JSON.stringify({ begun, ended } satisfies Churned)}\n`))
  .on('close', () => process.exit());

const server = createServer();
// Closes what it accepts without making a Socket of it, which halves the cost. (0 means no limit before Node 21.)
server.maxConnections = -1;
server.listen({ host, port, backlog: 1_024 }, () => {
  const start = performance.now();
  setInterval(() => {
    const due = ((performance.now() - start) / 1_000) * perSecond;
    while (begun < due && begun - ended < OPEN_AT_MOST) open();
  }, TICK_MS);
  process.stdout.write('ready\n');
});

function open(): void {
  begun += 1;
  // The client closes when it sees the server's end closed, so at its `close` both are.
  connect({ host, port })
    .resume()
    .on('close', () => {
      ended += 1;
    });
}
