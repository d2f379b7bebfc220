/** The unit's text, as systemd's own tools judge it. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type TestContext, test } from 'vitest';
import { PROCESSES } from '../../src/install/processes.js';
import { startsOn, UNIT, unit } from '../../src/install/unit.js';
import { scratchFolder } from '../support/scout-agent.js';

const run = promisify(execFile);
const CLONE = {
  interpreter: '/usr/bin/node',
  program: '/opt/scout-agent/agent/dist/cli.js',
  config: undefined,
};

/** Writes a unit to a folder of its own. */
async function written(t: TestContext, text: string): Promise<string> {
  const path = join(await scratchFolder(t), UNIT);
  await writeFile(path, text);
  return path;
}

function needSystemdAnalyze(t: TestContext): void {
  const { error } = spawnSync('systemd-analyze', ['--version']);
  if (error === undefined) return;
  if (process.env.CI === 'true') throw error;
  t.skip(`systemd-analyze can't be run (${error.message}); it comes with the package systemd`);
}

test('deploy/systemd/scout-agent.service is current; scripts/write-systemd-unit.mjs writes it', async () => {
  const file = new URL('../../../deploy/systemd/scout-agent.service', import.meta.url);
  expect(await readFile(file, 'utf8')).toBe(unit(CLONE));
});

test('it says itself on which file it starts the agent', () => {
  const odd = '/opt/my tools/100% $HOME "q".yml';
  const on = (config: string | undefined) => unit({ ...CLONE, config });
  expect(startsOn(on(undefined), '/opt/scout-agent/agent.env.yml', true)).toBe(true);
  expect(startsOn(on(undefined), undefined, true)).toBe(true);
  expect(startsOn(on(undefined), odd, false)).toBe(false);
  expect(startsOn(on(odd), odd, false)).toBe(true);
  expect(startsOn(on(odd), '/opt/scout-agent/agent.env.yml', true)).toBe(false);
});

test('systemd-analyze gives it an exposure of at most 1.5', async (t) => {
  needSystemdAnalyze(t);
  const path = await written(t, unit(CLONE));
  // 15 of 100: it fails above.
  const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--threshold=15', path]);
  expect(stdout).toMatch(/Overall exposure level for scout-agent\.service: 1\.[0-5] /);
});

test('with what --processes adds, of at most 2.3', async (t) => {
  needSystemdAnalyze(t);
  const path = await written(t, unit(CLONE));
  const dropIn = join(`${path}.d`, 'processes.conf');
  await mkdir(dirname(dropIn));
  await writeFile(dropIn, PROCESSES);
  const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--threshold=23', path]);
  expect(stdout).toMatch(/Overall exposure level for scout-agent\.service: 2\.[0-3] /);
});

test.for(['/opt/scout-agent/agent/dist/cli.js', '/opt/my tools/100% $HOME "q" \\ é/cli.js'])(
  'systemd-analyze has nothing to say of any line for the program %j',
  async (program, t) => {
    needSystemdAnalyze(t);
    const path = await written(t, unit({ interpreter: process.execPath, program, config: undefined }));
    expect(await run('systemd-analyze', ['verify', '--man=no', path])).toEqual({ stdout: '', stderr: '' });
  },
);
