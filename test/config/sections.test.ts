// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AgentConfigError, readAgentConfig } from '../../src/config/index.js';
import { METRIC_NAMES } from '../../src/metrics/names.js';
import { PLUGIN_KEYS } from '../support/allowed.js';
import { mistakesIn, write } from './files.js';

const NAMES = `allowed: ${METRIC_NAMES.join(', ')}`;
const KEYS = `allowed: ${PLUGIN_KEYS}`;
const LIST_FORM = 'write\n  metrics:\n    - tcp_connections';
const LIST = `it must be a list of names; ${LIST_FORM}`;
const PORTS = 'it must be a list of port numbers such as [443, 5432]';
const INTERFACE = 'must be the name of a network interface such as eth0, or a pattern such as "veth*"';
const PATH = 'must be an absolute path such as /proc or /host/proc';

beforeEach(() => vi.stubEnv('HOST_PROC', undefined));
afterEach(() => vi.unstubAllEnvs());

test.each<[title: string, file: string, mistakes: string[]]>([
  [
    'metrics: every entry commented out',
    'metrics:\n#  - tcp_connections\n',
    [`1:1: metrics has no value; ${LIST}`],
  ],
  ['metrics: a name without a list', 'metrics: tcp_listen\n', [`1:10: metrics is text; ${LIST}`]],
  ['metrics: names without a list', 'metrics: tcp_listen, tcp_states\n', [`1:10: metrics is text; ${LIST}`]],
  ['metrics: a dash without its space', 'metrics:\n  -tcp_listen\n', [`2:3: metrics is text; ${LIST}`]],
  ['metrics: a number', 'metrics: 1\n', [`1:10: metrics is a number; ${LIST}`]],
  ['metrics: a truth', 'metrics: true\n', [`1:10: metrics is true; ${LIST}`]],
  ['metrics: a mapping', 'metrics:\n  tcp_listen: true\n', [`2:3: metrics is a mapping; ${LIST}`]],
  ['metrics: an empty list', 'metrics: []\n', [`1:10: metrics is an empty list; ${LIST_FORM}`]],
  [
    'metrics: a misspelt name',
    'metrics:\n  - tcp_conections\n',
    [`2:5: metrics: unknown name "tcp_conections"; ${NAMES}; did you mean tcp_connections?`],
  ],
  [
    'metrics: another spelling',
    'metrics: [TCP-LISTEN]\n',
    [`1:11: metrics: unknown name "TCP-LISTEN"; ${NAMES}; did you mean tcp_listen?`],
  ],
  ['metrics: a name like none', 'metrics: [uptime]\n', [`1:11: metrics: unknown name "uptime"; ${NAMES}`]],
  [
    'metrics: an entry that is a number',
    'metrics: [7]\n',
    [`1:11: metrics: a number is not a name; ${NAMES}`],
  ],
  [
    'metrics: an entry that is a list',
    'metrics: [[tcp_listen]]\n',
    [`1:11: metrics: a list is not a name; ${NAMES}`],
  ],
  [
    'metrics: an entry with a colon',
    'metrics:\n  - tcp_listen:\n',
    [`2:5: metrics: a mapping is not a name; ${NAMES}`],
  ],
  [
    'metrics: empty entries',
    'metrics:\n  -\n  - tcp_listen # first - of all\n  # - tcp_states\n  -\n',
    [
      `2:3: metrics: an empty value is not a name; ${NAMES}`,
      `5:3: metrics: an empty value is not a name; ${NAMES}`,
    ],
  ],
  [
    'metrics: a dash that stands further right',
    'metrics:\n  - tcp_listen\n    - tcp_states\n',
    [
      `2:5: metrics: unknown name "tcp_listen - tcp_states"; ${NAMES}; each name takes a line of its own, all dashes in one column`,
    ],
  ],
  [
    'metrics: a name twice',
    'metrics:\n  - tcp_listen\n  - tcp_states\n  - tcp_listen\n',
    ['4:5: metrics: "tcp_listen" is listed twice; remove one of them'],
  ],
  [
    'metrics: a name twice beside a misspelt one',
    'metrics: [tcp_listen, tcp_stats, tcp_listen]\n',
    [
      `1:23: metrics: unknown name "tcp_stats"; ${NAMES}; did you mean tcp_states?`,
      '1:34: metrics: "tcp_listen" is listed twice; remove one of them',
    ],
  ],
  [
    'metrics: misspelt itself',
    'metric: [tcp_listen]\n',
    [`1:1: unknown key "metric"; ${KEYS}; did you mean metrics?`],
  ],

  ['proc: no value', 'proc:\n', [`1:1: proc has no value; it ${PATH}`]],
  ['proc: empty text', 'proc: ""\n', [`1:7: proc ${PATH}`]],
  ['proc: a relative path', 'proc: host/proc\n', [`1:7: proc ${PATH}`]],
  ['proc: a number', 'proc: 1\n', [`1:7: proc is a number; it ${PATH}`]],
  ['proc: a truth', 'proc: false\n', [`1:7: proc is false; it ${PATH}`]],
  ['proc: a list', 'proc: [/proc]\n', [`1:7: proc is a list; it ${PATH}`]],
  ['proc: a mapping', 'proc: {path: /proc}\n', [`1:7: proc is a mapping; it ${PATH}`]],
  ['proc: a null byte', 'proc: "/proc\\0"\n', [`1:7: proc ${PATH}`]],
  ['proc: misspelt', 'prco: /proc\n', [`1:1: unknown key "prco"; ${KEYS}; did you mean proc?`]],

  ['a key of a later version', 'spool: {}\n', [`1:1: unknown key "spool"; ${KEYS}`]],
  ['ports: one number', 'ports: 443\n', [`1:8: ports is a number; ${PORTS}`]],
  ['ports: nothing', 'ports:\n', [`1:1: ports has no value; ${PORTS}`]],
  [
    'ports: out of range, not whole, text',
    'ports: [0, 65536, 44.3, https, 443]\n',
    [
      '1:9: ports: "0" must be a whole number from 1 to 65535',
      '1:12: ports: "65536" must be a whole number from 1 to 65535',
      '1:19: ports is a number; it must be a whole number from 1 to 65535',
      '1:25: ports is text; it must be a whole number from 1 to 65535',
    ],
  ],
  ['ports: twice', 'ports: [443, 443]\n', ['1:14: ports: "443" is listed twice; remove one of them']],
  [
    'namespaces: a word',
    'namespaces: every\n',
    ['1:13: namespaces: unknown name "every"; allowed: own, all'],
  ],
  ['process: a number', 'process: 1\n', ['1:10: process is a number; it must be true or false']],
  [
    'interfaces: a list',
    'interfaces: [eth0]\n',
    ['1:13: interfaces is a list; it must have keys of its own such as include, each on a line below it'],
  ],
  [
    'interfaces: misspelt, text, no pattern, twice',
    'interfaces:\n  includ: [eth0]\n  include: eth0\n  exclude: [eth0/1, a-name-of-16-byt, 7, eth0, eth0]\n',
    [
      '2:3: unknown key "includ" in interfaces; allowed: include, exclude; did you mean include?',
      '3:12: interfaces.include is text; it must be a list of names such as [eth0, "veth*"]',
      `4:13: interfaces.exclude: "eth0/1" ${INTERFACE}`,
      `4:21: interfaces.exclude: "a-name-of-16-byt" ${INTERFACE}`,
      `4:39: interfaces.exclude is a number; it ${INTERFACE}`,
      '4:48: interfaces.exclude: "eth0" is listed twice; remove one of them',
    ],
  ],
  [
    'interfaces: a bare asterisk',
    'interfaces: {include: [*]}\n',
    ['1:25: a value that begins with * must stand in quotes'],
  ],
  [
    'interfaces: none to include',
    'interfaces: {include: []}\n',
    [
      '1:23: interfaces.include is an empty list; name some such as [eth0, "veth*"], or remove it for the physical ones',
    ],
  ],
  [
    'interfaces: too many',
    `interfaces: {exclude: [${Array.from({ length: 257 }, (_, i) => `veth${i}`)}]}\n`,
    ['1:23: interfaces.exclude has too many entries; at most 256 are allowed'],
  ],
  ['loopback: a word', 'loopback: off\n', ['1:11: loopback is text; it must be true or false']],
  [
    'a key of the agent misspelt',
    'intervall: 10s\n',
    [`1:1: unknown key "intervall"; ${KEYS}; did you mean interval?`],
  ],
  [
    'several mistakes at once, in the order of the file',
    'prco: /proc\nmetrics: [tcp_listn]\nproc: 3\n',
    [
      `1:1: unknown key "prco"; ${KEYS}; did you mean proc?`,
      `2:11: metrics: unknown name "tcp_listn"; ${NAMES}; did you mean tcp_listen?`,
      `3:7: proc is a number; it ${PATH}`,
    ],
  ],
])('%s', async (_title, file, mistakes) => {
  expect(await mistakesIn(file, readAgentConfig)).toEqual(mistakes);
});

describe('good files', () => {
  test.each<[title: string, file: string | Uint8Array, options: object]>([
    ['an empty file', '', { proc: '/proc' }],
    ['comments only', '# metrics:\n#   - tcp_listen\n', { proc: '/proc' }],
    ['a null document', '---\n~\n...\n', { proc: '/proc' }],
    [
      'a list',
      'metrics:\n  - tcp_listen\n  - tcp_states\n',
      { metrics: ['tcp_listen', 'tcp_states'], proc: '/proc' },
    ],
    [
      'a list in the column of its key',
      'metrics:\n- tcp_listen\n',
      { metrics: ['tcp_listen'], proc: '/proc' },
    ],
    [
      'a list in brackets',
      '---\nmetrics: [tcp_listen, "tcp_states",]\n',
      { metrics: ['tcp_listen', 'tcp_states'], proc: '/proc' },
    ],
    ['every name', `metrics: [${METRIC_NAMES}]\n`, { metrics: [...METRIC_NAMES], proc: '/proc' }],
    [
      'JSON',
      '{"metrics": ["tcp_listen"], "proc": "/host/proc"}',
      { metrics: ['tcp_listen'], proc: '/host/proc' },
    ],
    ['another proc', 'proc: /host/proc # of the host\n', { proc: '/host/proc' }],
    [
      'one list of interfaces',
      'interfaces: {exclude: [docker0, "veth*"]}\n',
      { interfaces: { include: [], exclude: ['docker0', 'veth*'] }, proc: '/proc' },
    ],
    [
      'no interface to leave out',
      'interfaces: {exclude: []}\n',
      { interfaces: { include: [], exclude: [] }, proc: '/proc' },
    ],
    ['a slash too many', 'proc: //proc/\n', { proc: '/proc' }],
    [
      'line ends of Windows and a byte order mark',
      '\uFEFFmetrics:\r\n  - tcp_listen\r\nproc: /a\r\n',
      { metrics: ['tcp_listen'], proc: '/a' },
    ],
  ])('%s', async (_title, file, options) => {
    expect(await readAgentConfig(await write('good.yml', file))).toEqual(options);
  });

  test("the agent's sections are neither judged nor substituted", async () => {
    const file = await write(
      'agent.yml',
      'interval: 10\nresource: [x]\notlp:\n  spool: 1\n  headers: {authorization: "${env:NOT_SET_ANYWHERE}"}\nmetrics: [tcp_listen]\n',
    );
    expect(await readAgentConfig(file)).toEqual({ metrics: ['tcp_listen'], proc: '/proc' });
  });
});

describe('HOST_PROC', () => {
  test('counts where the file has no proc', async () => {
    vi.stubEnv('HOST_PROC', '/host/proc/');
    expect(await readAgentConfig(await write('silent.yml', ''))).toEqual({ proc: '/host/proc' });
    expect(await readAgentConfig(await write('says.yml', 'proc: /proc\n'))).toEqual({ proc: '/proc' });
  });

  test('counts as unset where it is empty', async () => {
    vi.stubEnv('HOST_PROC', '');
    expect(await readAgentConfig(await write('silent.yml', ''))).toEqual({ proc: '/proc' });
  });

  test('is judged where it counts, and only there', async () => {
    vi.stubEnv('HOST_PROC', 'host/proc');
    const problems = [{ source: 'HOST_PROC', message: PATH }];
    const error = await readAgentConfig(await write('silent.yml', '')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AgentConfigError);
    expect(error).toMatchObject({ problems, message: `HOST_PROC: ${PATH}` });
    expect(await readAgentConfig(await write('says.yml', 'proc: /proc\n'))).toEqual({ proc: '/proc' });
  });
});
