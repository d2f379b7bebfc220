/** The examples as a user runs them, in a network of their own with a receiver in it. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../src/version.js';
import { type Namespace, namespaceRefusal, openNamespace } from './support/namespace.js';
import { establishedIn, type Receiver, startReceiver } from './support/otlp-receiver.js';
import { cleanEnvironment, followProgram, type Program } from './support/program.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** For the applications: above the holders' listeners and below the ephemeral ports. */
const PORT = '1812';

/** An application's modules, in the order in which Node is given them. */
const APPLICATIONS = [
  ['sdk-setup.js'],
  ['node-sdk.js'],
  ['zero-code/sdk.js', `${PACKAGE_NAME}/register`, 'zero-code/app.js'],
];

test('every example is run here', async () => {
  const files = await readdir(join(ROOT, 'examples'), { recursive: true });
  const run = [...APPLICATIONS.flat(), 'standalone.js', 'leaking-pool.js'].filter((file) =>
    file.endsWith('.js'),
  );
  expect(files.filter((file) => file.endsWith('.js')).sort()).toEqual(run.sort());
});

describe.skipIf(namespaceRefusal())('in a network of its own', () => {
  let namespace: Namespace;
  let expected: Record<string, number>;

  beforeAll(async () => {
    namespace = await openNamespace({ ipv4: 12, ipv6: 5, mapped: 3 });
    const { tcp, tcp6 } = namespace.expected;
    expected = { ipv4: tcp.established, ipv6: tcp6.established };
  });

  afterAll(() => namespace.close());

  function run({ endpoint }: Receiver, modules: readonly string[], args: readonly string[] = []): Program {
    const files = modules.map((file) => (file.endsWith('.js') ? `./examples/${file}` : file));
    const imports = files.slice(0, -1).flatMap((file) => ['--import', file]);
    return followProgram(
      namespace.spawn(process.execPath, [...imports, files.at(-1) as string, ...args], {
        cwd: ROOT,
        env: cleanEnvironment({ PORT, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'example' }),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  test.each(APPLICATIONS.map((modules) => [modules.join(', '), modules] as const))(
    '%s',
    async (_, modules) => {
      const receiver = await startReceiver(namespace);
      const application = run(receiver, modules);
      await application.untilPrinted(/^listening on port \d+$/m);
      const ended = await application.stop('SIGTERM');

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const [batch, ...others] = await receiver.end();
      expect(others).toEqual([]);
      expect(batch && establishedIn(batch)).toEqual(expected);
      expect(batch?.scopes).toEqual([
        expect.objectContaining({ name: PACKAGE_NAME, version: PACKAGE_VERSION }),
      ]);
      expect(batch?.resource).toMatchObject({ 'service.name': 'example', 'host.name': hostname() });
    },
  );

  test('standalone.js sends at once, and again at its end', async () => {
    const receiver = await startReceiver(namespace);
    const program = run(receiver, ['standalone.js']);
    const [first] = await receiver.untilBatches(1);
    expect(first && establishedIn(first)).toEqual(expected);
    expect(first?.resource).toMatchObject({ 'service.name': 'example', 'host.name': hostname() });

    expect(await program.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    const [, last] = await receiver.untilBatches(2);
    // The program's own connection to the receiver, where it is still open, stands in the other table.
    expect(last && establishedIn(last)).toMatchObject({ ipv6: expected.ipv6 });
  });

  test('leaking-pool.js: its own connections grow from cycle to cycle', async () => {
    const program = run(await startReceiver(namespace), ['leaking-pool.js'], ['5']);
    const { code, stdout, stderr } = await program.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const own = [...stdout.matchAll(/established: (\d+) of this process, (\d+) of the host/g)].map(
      ([, process, host]) => ({ process: Number(process), host: Number(host) }),
    );
    expect(own).toHaveLength(5);
    expect(own.at(-1)?.process).toBeGreaterThan((own[0]?.process ?? 0) + 2);
    // The upstream server's ends are another process's, and the others in this namespace are nobody's here.
    for (const { process, host } of own) expect(host).toBeGreaterThan(process);
  });

  test('standalone.js counts what a file lists', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'examples-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'agent.env.yml');
    await writeFile(file, 'metrics:\n  - tcp_listen\n');

    const receiver = await startReceiver(namespace);
    run(receiver, ['standalone.js'], [file]);
    const [batch] = await receiver.untilBatches(1);
    const counts = batch?.points.filter(({ metric }) => metric === 'system.network.connection.count');
    expect(counts).toEqual([
      // The receiver listens as well.
      expect.objectContaining({
        value: namespace.expected.tcp.listen + 1,
        attributes: expect.objectContaining({ 'network.type': 'ipv4', 'network.connection.state': 'listen' }),
      }),
      expect.objectContaining({
        value: namespace.expected.tcp6.listen,
        attributes: expect.objectContaining({ 'network.type': 'ipv6', 'network.connection.state': 'listen' }),
      }),
    ]);
  });
});
