// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readAgentConfig } from '../../src/config/index.js';
import { METRIC_NAMES } from '../../src/metrics/names.js';
import { PLUGIN_KEYS } from '../support/allowed.js';
import { folder, mistakesIn, write } from './files.js';

const ALLOWED =
  'a reference is written ${env:NAME}, ${env:NAME:-default} or ${file:PATH}, and a plain dollar sign $$';
const NOT_UNDERSTOOD = `a reference that can't be understood; ${ALLOWED}`;
const NESTED = `a reference can't stand inside another; ${ALLOWED}`;

beforeEach(() => {
  vi.stubEnv('HOST_PROC', undefined);
  vi.stubEnv('CREDENTIALS_DIRECTORY', undefined);
  vi.stubEnv('SET', '/set');
  vi.stubEnv('EMPTY', '');
  vi.stubEnv('UNSET', undefined);
});
afterEach(() => vi.unstubAllEnvs());

async function procOf(file: string): Promise<unknown> {
  return (await readAgentConfig(await write('agent.env.yml', file))).proc;
}

test.each([
  ['a variable', 'proc: ${env:SET}', '/set'],
  ['inside a text', 'proc: /host${env:SET}/proc', '/host/set/proc'],
  ['several', 'proc: ${env:SET}${env:SET}', '/set/set'],
  ['in quotes', 'proc: "${env:SET}"', '/set'],
  ['in a block', 'proc: >-\n  ${env:SET}\n', '/set'],
  ['a default that is not needed', 'proc: ${env:SET:-/default}', '/set'],
  ['a default', 'proc: ${env:UNSET:-/default}', '/default'],
  ['an empty default', 'proc: /x${env:UNSET:-}', '/x'],
  ['a default with a colon', 'proc: ${env:UNSET:-/a:-b}', '/a:-b'],
  ['an empty variable, which is set', 'proc: /x${env:EMPTY:-/default}', '/x'],
  ['an escaped dollar', 'proc: /$$', '/$'],
  ['an escaped reference', 'proc: /$${env:SET}', '/${env:SET}'],
  ['a dollar that begins nothing', 'proc: /$HOME', '/$HOME'],
])('%s', async (_title, file, proc) => {
  expect(await procOf(file)).toBe(proc);
});

test.each<[title: string, file: string, mistakes: string[]]>([
  [
    'a variable that is not set',
    'proc: ${env:UNSET}',
    ['1:7: the environment variable UNSET is not set; set it, or give a default: ${env:UNSET:-default}'],
  ],
  [
    'several in one text',
    'proc: /${env:UNSET}${env:UNSET2}',
    [
      '1:7: the environment variable UNSET is not set; set it, or give a default: ${env:UNSET:-default}',
      '1:7: the environment variable UNSET2 is not set; set it, or give a default: ${env:UNSET2:-default}',
    ],
  ],
  [
    'a reference left open',
    'proc: "${env:SET"',
    [`1:7: a reference is opened by \${ and not closed by }; ${ALLOWED}`],
  ],
  ['a reference inside another', 'proc: "${env:UNSET:-${env:SET}}"', [`1:7: ${NESTED}`]],
  ['a shell’s reference', 'proc: ${SET}', [`1:7: ${NOT_UNDERSTOOD}; did you mean \${env:SET}?`]],
  ['an unknown scheme', 'proc: ${http://localhost}', [`1:7: ${NOT_UNDERSTOOD}`]],
  ['a scheme in capitals', 'proc: ${ENV:SET}', [`1:7: ${NOT_UNDERSTOOD}`]],
  ['an empty reference', 'proc: "${}"', [`1:7: ${NOT_UNDERSTOOD}`]],
  ['a name that no variable can have', 'proc: ${env:A-B}', [`1:7: ${NOT_UNDERSTOOD}`]],
  ['a shell’s default', 'proc: ${env:UNSET-/proc}', [`1:7: ${NOT_UNDERSTOOD}`]],
  ['a file without a path', 'proc: "${file:}"', [`1:7: ${NOT_UNDERSTOOD}`]],
  [
    'a file that is missing',
    'proc: ${file:missing}',
    [`1:7: the file ${join(folder, 'missing')} of a reference: no such file`],
  ],
  ['a folder', 'proc: ${file:.}', [`1:7: the file ${folder} of a reference: is a folder, not a file`]],
  [
    'a device',
    'proc: ${file:/dev/zero}',
    ['1:7: the file /dev/zero of a reference: is a device, not a regular file'],
  ],
  [
    'a value that is wrong',
    'proc: ${env:EMPTY}',
    ['1:7: proc, which is ${env:EMPTY} here, must be an absolute path such as /proc or /host/proc'],
  ],
  [
    'a default that is wrong',
    'proc: ${env:UNSET:-proc}',
    ['1:7: proc, which is ${env:UNSET} here, must be an absolute path such as /proc or /host/proc'],
  ],
  [
    'a name that is wrong',
    'metrics: ["${env:SET}"]',
    [`1:11: metrics: unknown name from \${env:SET}; allowed: ${METRIC_NAMES.join(', ')}`],
  ],
  ['in a key', '${env:SET}: x', [`1:1: unknown key "\${env:SET}"; allowed: ${PLUGIN_KEYS}`]],
])('%s is a mistake', async (_title, file, mistakes) => {
  expect(await mistakesIn(file, readAgentConfig)).toEqual(mistakes);
});

test('a value gives text and never structure', async () => {
  vi.stubEnv('SET', '/a\nmetrics: [tcp_listen]');
  expect(await readAgentConfig(await write('agent.env.yml', 'proc: ${env:SET}'))).toEqual({
    proc: '/a\nmetrics: [tcp_listen]',
  });
  vi.stubEnv('SET', '[tcp_listen]');
  expect(await mistakesIn('metrics: ${env:SET}', readAgentConfig)).toEqual([
    '1:10: metrics is text; it must be a list of names; write\n  metrics:\n    - tcp_connections',
  ]);
  vi.stubEnv('SET', '${env:SET}$$');
  expect(await procOf('proc: /${env:SET}')).toBe('/${env:SET}$$');
});

test("a file is looked for in the configuration's folder, or among systemd's credentials", async () => {
  await write('value', '/beside\n');
  expect(await procOf('proc: ${file:value}')).toBe('/beside');
  const credentials = join(folder, 'credentials');
  await mkdir(credentials);
  await writeFile(join(credentials, 'value'), '/credential\r\n');
  vi.stubEnv('CREDENTIALS_DIRECTORY', credentials);
  expect(await procOf('proc: ${file:value}')).toBe('/credential');
  expect(await procOf(`proc: \${file:${join(folder, 'value')}}`)).toBe('/beside');
});

test('only one line break at the end of a file is no part of the value', async () => {
  await write('value', '/two\n\n');
  expect(await procOf('proc: ${file:value}')).toBe('/two\n');
});

test('no message repeats a value that came from outside the file', async () => {
  const secret = 'hunter2-from-outside';
  vi.stubEnv('SET', secret);
  await write('secret', secret);
  for (const reference of ['${env:SET}', '${file:secret}', 'x${env:UNSET:-hunter2-from-outside}']) {
    for (const file of [
      `metrics: "${reference}"`,
      `metrics: ["${reference}", tcp_listen]`,
      `metrics: ["tcp_${reference}"]`,
      `metrics: {a: "${reference}"}`,
      `proc: "${reference}"`,
      `proc: ["${reference}"]`,
    ]) {
      expect((await mistakesIn(file, readAgentConfig)).join('\n')).not.toContain('hunter2');
    }
  }
});

test('no message repeats what YAML could not read', async () => {
  for (const value of [
    '*hunter2',
    '&hunter2',
    '!hunter2 x',
    '!hunter2!x',
    '@hunter2',
    '%hunter2',
    '"hunter2',
    '"\\hunter2"',
    '[hunter2',
    '{hunter2: [',
    'a: hunter2',
    '|hunter2',
    '"x" hunter2',
    '!<hunter2',
  ]) {
    const mistakes = await mistakesIn(`otlp:\n  headers:\n    authorization: ${value}\n`, readAgentConfig);
    expect(mistakes.join('\n')).not.toContain('hunter2');
  }
});
