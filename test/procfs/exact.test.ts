import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readTcpTable } from '../../src/procfs/index.js';
import { type Connections, type Namespace, namespaceRefusal, openNamespace } from '../support/namespace.js';

const refusal = namespaceRefusal();

describe.skipIf(refusal)(`counts equal what was opened${refusal ? ` (${refusal})` : ''}`, () => {
  test('nothing, in a namespace without sockets', async () => {
    const namespace = await open({});
    await expectExact(namespace);
  });

  test('connections by the table their ends stand in', async () => {
    const namespace = await open({ ipv4: 101, ipv6: 203, mapped: 307, mappedBoth: 401 });
    await expectExact(namespace);
    expect(namespace.expected.tcp).toMatchObject({ established: 2 * 101 + 307, listen: 1 });
    expect(namespace.expected.tcp6).toMatchObject({ established: 2 * 203 + 307 + 2 * 401, listen: 3 });
  });

  test('tables past row 10,000, where every column moves by one', async () => {
    const namespace = await open({ ipv4: 5_500, ipv6: 5_100 });
    await expectExact(namespace);
    expect(namespace.expected.tcp.established).toBe(11_000);
    expect(namespace.expected.tcp6.established).toBe(10_200);
  });

  describe('every state that can stand still', () => {
    let namespace: Namespace;
    beforeAll(async () => {
      // So chosen that no two states, nor the two tables, could be taken for each other: see the last test.
      namespace = await openNamespace({
        ipv4: {
          established: 2,
          halfClosed: 8,
          timeWait: 8,
          finUnanswered: 3,
          lastAckUnanswered: 4,
          bothFinsSent: 2,
          synUnanswered: 7,
          synAckUnanswered: 9,
        },
        ipv6: {
          established: 5,
          halfClosed: 6,
          timeWait: 4,
          finUnanswered: 9,
          lastAckUnanswered: 5,
          bothFinsSent: 5,
          synUnanswered: 7,
          synAckUnanswered: 2,
        },
        mapped: {
          established: 5,
          halfClosed: 3,
          timeWait: 4,
          finUnanswered: 3,
          lastAckUnanswered: 6,
          bothFinsSent: 5,
          synUnanswered: 6,
          synAckUnanswered: 2,
        },
        mappedBoth: {
          established: 2,
          halfClosed: 2,
          timeWait: 3,
          finUnanswered: 4,
          lastAckUnanswered: 5,
          bothFinsSent: 4,
          synUnanswered: 6,
          synAckUnanswered: 2,
        },
      });
    });
    afterAll(() => namespace.close());

    test('in both tables', async () => {
      await expectExact(namespace);
    });

    test('each of them, and `closed` in no table', () => {
      const { tcp, tcp6 } = namespace.expected;
      // The kernel takes a socket out of its tables as it enters CLOSE, so no row can be made to show it.
      const { closed, ...others } = tcp;
      const { closed: closed6, ...others6 } = tcp6;
      expect([closed, closed6]).toEqual([0, 0]);
      const numbers = [...Object.values(others), ...Object.values(others6)];
      expect(Math.min(...numbers)).toBeGreaterThan(0);
      expect(new Set(numbers).size).toBe(20);
    });
  });
});

async function open(connections: Connections): Promise<Namespace> {
  const namespace = await openNamespace(connections);
  onTestFinished(() => namespace.close());
  return namespace;
}

async function expectExact({ table, expected }: Namespace): Promise<void> {
  const [tcp, tcp6] = await Promise.all([readTcpTable(table('tcp')), readTcpTable(table('tcp6'))]);
  expect({ tcp, tcp6 }).toEqual(expected);
}
