/** Zero-code use: the built `register` before an application that knows nothing of it, each time in a process of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { PACKAGE_NAME } from '../src/version.js';
import { type Namespace, namespaceRefusal, openNamespace } from './support/namespace.js';
import { type Batch, startReceiver } from './support/otlp-receiver.js';
import { cleanEnvironment, followProgram } from './support/program.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SDK = './examples/zero-code/sdk.js';
const REGISTER = `${PACKAGE_NAME}/register`;
const WITH_SDK = ['--import', SDK, '--import', REGISTER];
const APPLICATION = "console.log('the application ran')";
const RAN = { code: 0, stdout: 'the application ran\n' };

/** What a user reads even where nobody has set a logger. */
const WARNING = /^\(node:\d+\) TcpConnectionsWarning: /gm;
/** What DiagConsoleLogger writes. */
const DIAG_ERROR = new RegExp(`^${REGISTER}: `, 'gm');

describe.skipIf(namespaceRefusal())('in a network of its own', () => {
  let namespace: Namespace;
  beforeAll(async () => {
    namespace = await openNamespace({ ipv4: 12, ipv6: 5, mapped: 3 });
  });
  afterAll(() => namespace.close());

  /** Runs the application to its end. */
  async function run(options: readonly string[], variables: Record<string, string> = {}) {
    const receiver = await startReceiver(namespace);
    const program = followProgram(
      namespace.spawn(process.execPath, [...options, '--eval', APPLICATION], {
        cwd: ROOT,
        env: cleanEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, ...variables }),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    return { ended: await program.ended, counts: (await receiver.end()).map(countsIn) };
  }

  const expected = (state: 'established' | 'listen') => ({
    // The receiver listens as well.
    [`ipv4 ${state}`]: namespace.expected.tcp[state] + (state === 'listen' ? 1 : 0),
    [`ipv6 ${state}`]: namespace.expected.tcp6[state],
  });

  test('no file: the established connections', async () => {
    const { ended, counts } = await run(WITH_SDK);
    expect(ended).toMatchObject({ ...RAN, stderr: '' });
    expect(counts).toEqual([expected('established')]);
  });

  test('a good file: what it lists', async () => {
    const file = await configFile('metrics:\n  - tcp_connections\n  - tcp_listen\ninterval: 10s\n');
    const { ended, counts } = await run(WITH_SDK, { SCOUT_AGENT_CONFIG: file });
    expect(ended).toMatchObject({ ...RAN, stderr: '' });
    expect(counts).toEqual([{ ...expected('established'), ...expected('listen') }]);
  });

  test('by --require, too', async () => {
    const { ended, counts } = await run(['--require', SDK, '--require', REGISTER]);
    expect(ended).toMatchObject(RAN);
    expect(ended.stderr).not.toMatch(WARNING);
    expect(counts).toEqual([expected('established')]);
  });

  describe('the application runs on without a count, and one error and one warning say why', () => {
    /** The SDK sets a logger where OTEL_LOG_LEVEL asks for one. */
    const LOGGED = { OTEL_LOG_LEVEL: 'error' };

    test('a bad file', async () => {
      const file = await configFile('metrics:\n  - tcp_conections\nprok: /proc\n');
      const { ended, counts } = await run(WITH_SDK, { ...LOGGED, SCOUT_AGENT_CONFIG: file });
      expect(ended).toMatchObject(RAN);
      expect(ended.stderr.match(DIAG_ERROR)).toHaveLength(1);
      expect(ended.stderr.match(WARNING)).toHaveLength(1);
      expect(occurrences(ended.stderr, `nothing is observed: ${file}:2:5: metrics: unknown name`)).toBe(2);
      expect(occurrences(ended.stderr, `${file}:3:1: unknown key "prok"`)).toBe(2);
      expect(counts).toEqual([]);
    });

    test('a file that is named and missing, by --require', async () => {
      const { ended, counts } = await run(['--require', SDK, '--require', REGISTER], {
        ...LOGGED,
        SCOUT_AGENT_CONFIG: '/nowhere/agent.env.yml',
      });
      expect(ended).toMatchObject(RAN);
      expect(ended.stderr.match(DIAG_ERROR)).toHaveLength(1);
      expect(ended.stderr.match(WARNING)).toHaveLength(1);
      expect(occurrences(ended.stderr, '/nowhere/agent.env.yml: no such file')).toBe(2);
      expect(counts).toEqual([]);
    });

    test('a bad HOST_PROC', async () => {
      const { ended, counts } = await run(WITH_SDK, { ...LOGGED, HOST_PROC: 'host/proc' });
      expect(ended).toMatchObject(RAN);
      expect(ended.stderr.match(DIAG_ERROR)).toHaveLength(1);
      expect(ended.stderr.match(WARNING)).toHaveLength(1);
      expect(occurrences(ended.stderr, 'HOST_PROC: must be an absolute path')).toBe(2);
      expect(counts).toEqual([]);
    });

    test('no SDK: nobody can have set a logger, so the warning alone', async () => {
      const { ended, counts } = await run(['--import', REGISTER]);
      expect(ended).toMatchObject(RAN);
      expect(ended.stderr.match(WARNING)).toHaveLength(1);
      expect(ended.stderr).toContain('no global MeterProvider is set; load the module that starts the SDK');
      expect(counts).toEqual([]);
    });
  });

  test.each([{ OTEL_METRICS_EXPORTER: 'none' }, { OTEL_SDK_DISABLED: 'true' }])(
    'who has switched metrics off by %j is not warned of it',
    async (environment) => {
      const { ended, counts } = await run(['--import', REGISTER], environment);
      expect(ended).toMatchObject(RAN);
      expect(ended.stderr).not.toMatch(WARNING);
      expect(counts).toEqual([]);
    },
  );
});

/** `<family> <state>` and its number. */
function countsIn({ points }: Batch): Record<string, number> {
  return Object.fromEntries(
    points
      .filter(({ metric }) => metric === 'system.network.connection.count')
      .map(({ attributes, value }) => [
        `${attributes['network.type']} ${attributes['network.connection.state']}`,
        value,
      ]),
  );
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

async function configFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'register-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'agent.env.yml');
  await writeFile(file, text);
  return file;
}
