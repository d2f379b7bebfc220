/** `tcp_listen_overflows`: what never becomes an established connection, with a listener that accepts nothing. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { TcpConnectionsInstrumentation } from '../../src/index.js';
import { namespaceRefusal, openNamespace } from '../support/namespace.js';
import { meterProvider } from '../support/on-demand-reader.js';

const refusal = namespaceRefusal();
const OVERFLOWS = 'scout.tcp.listen.overflows';

/** Clients of a listener in the same process whose loop never comes to accept: its queue has room for two. */
const STUCK = `
  const net = require('node:net');
  net.createServer().listen(1024, '127.0.0.1', 1, () => {
    for (let i = 0; i < 20; i++) net.connect(1024, '127.0.0.1').on('error', () => {});
    setImmediate(() => {
      require('node:fs').writeSync(1, 'ready\\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
      process.exit();
    });
  });
`;

test.skipIf(refusal)(
  `full accept queues, as the kernel counts them${refusal ? ` (${refusal})` : ''}`,
  async (t) => {
    const namespace = await openNamespace({ ipv4: 2 });
    t.onTestFinished(() => namespace.close());
    const { provider, reader } = meterProvider();
    new TcpConnectionsInstrumentation({
      proc: namespace.proc,
      metrics: ['tcp_listen_overflows'],
    }).setMeterProvider(provider);
    expect(await reader.points()).toEqual({
      [`${OVERFLOWS}{accept_queue_full}`]: 0,
      [`${OVERFLOWS}{dropped}`]: 0,
      [`${OVERFLOWS}{syn_queue_full}`]: 0,
      [`${OVERFLOWS}{syn_cookie_sent}`]: 0,
    });

    const stuck = namespace.spawn(process.execPath, ['-e', STUCK.replaceAll('1024', '999')]);
    if (stuck.stdout === null) throw new Error('the child needs its pipe');
    const ended = once(stuck, 'close');
    await once(createInterface(stuck.stdout), 'line');
    await ended;
    const points = await reader.points();
    expect(points[`${OVERFLOWS}{accept_queue_full}`]).toBeGreaterThan(0);
    expect(points[`${OVERFLOWS}{accept_queue_full}`]).toBe(await byHand('ListenOverflows'));
    expect(points[`${OVERFLOWS}{dropped}`]).toBe(await byHand('ListenDrops'));

    async function byHand(name: string): Promise<number> {
      const lines = (await readFile(`/proc/${namespace.pid}/net/netstat`, 'utf8')).split('\n');
      const [names, values] = lines
        .filter((line) => line.startsWith('TcpExt:'))
        .map((line) => line.split(' '));
      return Number(values?.[names?.indexOf(name) ?? -1]);
    }
  },
);
