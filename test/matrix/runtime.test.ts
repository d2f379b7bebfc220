/** The packed plugin in an application of each SDK generation on each Node: what it counts, a receiver gets. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { PACKAGE_NAME } from '../../src/version.js';
import { type Namespace, namespaceRefusal, openNamespace } from '../support/namespace.js';
import { establishedIn, startReceiver } from '../support/otlp-receiver.js';
import { cleanEnvironment, followProgram } from '../support/program.js';
import { NODES } from './versions.js';

/** How an application takes the plugin in, and the arguments of Node that run it. */
const WAYS: readonly [string, readonly string[]][] = [
  ['import', ['app.mjs']],
  ['require', ['app.cjs']],
  ['NodeSDK', ['node-sdk.mjs']],
  ['zero-code by --import', ['--import', './sdk.mjs', '--import', `${PACKAGE_NAME}/register`, 'plain.mjs']],
  [
    'zero-code by --require',
    ['--require', './sdk.cjs', '--require', `${PACKAGE_NAME}/register`, 'plain.mjs'],
  ],
];

const cells = inject('applications').flatMap(({ sdk, fromNode, folder }) =>
  Object.entries(inject('nodes'))
    .filter(([line]) => Number(line) >= fromNode)
    .map(([line, node]) => ({ sdk, line, node, folder })),
);

describe.skipIf(namespaceRefusal())('in a network of its own', () => {
  let namespace: Namespace;
  let expected: Record<string, number>;

  beforeAll(async () => {
    namespace = await openNamespace({ ipv4: 12, ipv6: 5, mapped: 3 });
    const { tcp, tcp6 } = namespace.expected;
    expected = { ipv4: tcp.established, ipv6: tcp6.established };
  });
  afterAll(() => namespace.close());

  describe.each(cells)('Node $line, SDK $sdk', ({ line, node, folder }) => {
    test.each(WAYS)('%s', async (_, args) => {
      const receiver = await startReceiver(namespace);
      const program = followProgram(
        namespace.spawn(node, args, {
          cwd: folder,
          env: cleanEnvironment({
            OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
            // From 2.x on this is the default.
            OTEL_METRICS_EXPORTER: 'otlp',
          }),
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      );
      expect(await program.ended).toMatchObject({ code: 0, stdout: `${NODES[line]}\n`, stderr: '' });
      expect((await receiver.end()).map(establishedIn)).toEqual([expected]);
    });
  });
});
