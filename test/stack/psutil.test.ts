/** An application's own sockets as psutil finds them in the same namespace. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';
import { namespaceRefusal } from '../support/namespace.js';
import { openStack } from './stack.js';

const refusal = namespaceRefusal();

const OWN_CONNECTIONS = fileURLToPath(new URL('inside/own-connections.mjs', import.meta.url));
const PSUTIL_CONNECTIONS = fileURLToPath(new URL('inside/psutil-connections.py', import.meta.url));

/** Set aside for documentation (RFC 5737): nothing answers there. */
const SILENT = { network: '192.0.2.0/24', address: '192.0.2.1' };

type Counts = Record<string, number>;

test.skipIf(refusal)('psutil finds the same own sockets, in each state and family', async () => {
  // Others' connections in the same tables, to be left out.
  const { namespace } = await openStack({ ipv4: 30, ipv6: 20 });
  // What is sent there comes back on the loopback interface, which drops it without an answer.
  await namespace.run('ip', ['route', 'add', SILENT.network, 'dev', 'lo']);

  const application = namespace.spawn(process.execPath, [OWN_CONNECTIONS, SILENT.address], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { pid, stdin, stdout } = application;
  if (!pid || !stdin || !stdout) throw new Error('the application needs its pipes');
  const closed = once(application, 'close');
  onTestFinished(async () => {
    stdin.end();
    await closed;
  });
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  expect(await lines.next()).toEqual({ done: false, value: 'ready' });

  const ours = async (): Promise<Counts> => {
    stdin.write('\n');
    return held(JSON.parse((await lines.next()).value));
  };
  const theirs = async (): Promise<Counts> => {
    const { stdout } = await namespace.run('env', [
      `PYTHONPATH=${inject('engines').psutil}`,
      'python3',
      '-B',
      PSUTIL_CONNECTIONS,
      String(pid),
    ]);
    return JSON.parse(stdout);
  };

  const known: Counts = {
    'ipv4 established': 24,
    'ipv4 close_wait': 5,
    'ipv4 fin_wait_2': 5,
    'ipv4 syn_sent': 4,
    'ipv4 listen': 1,
    'ipv6 established': 18,
    'ipv6 close_wait': 4,
    'ipv6 fin_wait_2': 4,
    'ipv6 listen': 2,
  };
  // The last acknowledgement of an end may be delayed.
  await expect.poll(theirs, { timeout: 60_000, interval: 200 }).toEqual(known);
  expect(await ours()).toEqual(known);
  expect(await theirs()).toEqual(known);
});

/** psutil has no entry for a state that nothing is in. */
function held(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
