/** Network namespaces of a host, as found by the processes in them. */
import { expect, test } from 'vitest';
import { findNetworkNamespaces } from '../../src/procfs/index.js';
import { namespaceRefusal, openNamespace } from '../support/namespace.js';

const refusal = namespaceRefusal();

test.skipIf(refusal)(
  `each with its processes and connections${refusal ? ` (${refusal})` : ''}`,
  async (t) => {
    const [small, large] = await Promise.all([
      openNamespace({ ipv4: 3 }),
      openNamespace({ ipv4: 20, ipv6: 4, mapped: 2 }),
    ]);
    t.onTestFinished(async () => void (await Promise.all([small.close(), large.close()])));
    const found = await findNetworkNamespaces('/proc');
    expect(found.filter(({ own }) => own)).toHaveLength(1);
    expect(found.find(({ pid }) => pid === small.pid)).toEqual({
      pid: small.pid,
      // The one that keeps it, and one that holds the connections.
      processes: expect.toSatisfy((count) => count >= 2),
      established: 6,
      own: false,
    });
    expect(found.find(({ pid }) => pid === large.pid)).toMatchObject({ established: 52, own: false });
    expect(found.indexOf(found.find(({ pid }) => pid === large.pid) as never)).toBeLessThan(
      found.indexOf(found.find(({ pid }) => pid === small.pid) as never),
    );
  },
);
