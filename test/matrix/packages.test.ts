/** What the tarballs hold, and what they bring with them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { PACKAGE_NAME } from '../../src/version.js';
import { cleanEnvironment } from '../support/program.js';
import { runScript } from './command.js';
import { installInto, npm } from './npm.js';

const ATTW = fileURLToPath(
  new URL('../../node_modules/@arethetypeswrong/cli/dist/index.js', import.meta.url),
);
const run = promisify(execFile);
const { plugin, agent } = inject('tarballs');

describe.each([
  ['the plugin', plugin],
  ['the agent', agent],
])('%s', (_, tarball) => {
  test('publint finds nothing', async () => {
    const bytes = Uint8Array.from(await readFile(tarball));
    const { messages } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('are-the-types-wrong finds nothing', async () => {
    const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-color'];
    const { code, output } = await runScript(ATTW, tarball, ...options);
    expect(code, output).toBe(0);
  });

  test('holds its licence', async () => {
    const { stdout } = await run('tar', ['-tf', tarball]);
    expect(stdout.split('\n')).toContain('package/LICENSE');
  });
});

test('the plugin brings four packages at most', async () => {
  const lock = JSON.parse(await readFile(join(inject('bare'), 'node_modules/.package-lock.json'), 'utf8'));
  const brought = Object.keys(lock.packages).filter((path) => path !== 'node_modules/@opentelemetry/api');
  expect(brought).toContain(`node_modules/${PACKAGE_NAME}`);
  expect(brought.length).toBeLessThanOrEqual(4);
});

test.each(Object.entries(inject('npms')))('npm %s installs both from an empty cache', async (_, cli) => {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-npm-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const application = join(folder, 'application');
  await installInto(application, [plugin, agent], { cli, cache: join(folder, 'cache') });

  // Fails where a package is missing or is not in the range that another asks for.
  await npm(['ls', '--all'], { cli, cwd: application });
  const scoutAgent = join(application, 'node_modules/.bin/scout-agent');
  const { stdout } = await run(scoutAgent, ['once', '--json'], { env: cleanEnvironment() });
  expect(JSON.parse(stdout)).toMatchObject({ host: expect.any(String), metrics: expect.any(Array) });
});
