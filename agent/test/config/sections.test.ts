// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { expect, test } from 'vitest';
import { mistakesIn } from '../../../test/config/files.js';
import { AGENT_KEYS, METRICS } from '../../../test/support/allowed.js';
import { loadConfig } from '../../src/config/index.js';

const env = { SET: 'hunter2' };
const KEYS = `allowed: ${AGENT_KEYS}`;
const DURATION = 'must be a duration with its unit, from 1s to 1h, such as 10s or 1m';
const RETENTION = 'must be a duration with its unit, from 1d to 730d, such as 30d';
const LISTEN = 'must be an address and a port such as 127.0.0.1:4380 or [::1]:4380, or none';
const reaches = (host: string) =>
  `would show this host's connections to whoever reaches ${host}: it needs dashboard.token beside it, or an address of loopback such as 127.0.0.1:4380`;
const TOKEN = 'must be 16 characters of ASCII or more, without spaces: openssl rand -hex 16 makes such a one';
const PAGE_URL =
  'must be a URL that begins with http:// or https://, without user, query and fragment, such as https://scout.example.net/web-3';
const DIRECTORY = 'must be an absolute path such as /var/lib/scout-agent';
const UNIT = 'needs a unit, ms, s, m or h, and to be from 1s to 1h';
const SUBKEYS = 'must have keys of its own, each on a line below it';
const keysSuchAs = (key: string) => `must have keys of its own such as ${key}, each on a line below it`;
const VALUE = 'must be text, a number, true or false';
const ATTRIBUTE = 'is not a valid attribute name: it must not be empty and holds no space, $, { or }';
const URL_FORM = 'must be an http or https URL such as http://localhost:4318';
const GRPC = 'looks like a gRPC endpoint (grpc:// or port 4317); the agent speaks OTLP over HTTP, port 4318';
const HEADER = 'must be text; put the value in quotes';
const HEADER_CHARACTERS = 'must be one line of printable ASCII or Latin-1 characters';
const twice = (key: string, line = 1) => `the key "${key}" stands on line ${line} already; keep one of them`;

test.each<[file: string, mistakes: string[]]>([
  ['interval: 10', [`1:11: interval is a number; it ${UNIT}; did you mean 10s?`]],
  ['interval: 10000', [`1:11: interval is a number; it ${UNIT}; did you mean 10s?`]],
  ['interval: 1.5', [`1:11: interval is a number; it ${UNIT}; did you mean 1500ms?`]],
  ['interval: 0', [`1:11: interval is a number; it ${UNIT}`]],
  ['interval: "10"', [`1:11: interval ${DURATION}; did you mean 10s?`]],
  ['interval: 10 s', [`1:11: interval ${DURATION}; did you mean 10s?`]],
  ['interval: 10S', [`1:11: interval ${DURATION}; did you mean 10s?`]],
  ['interval: 5min', [`1:11: interval ${DURATION}; did you mean 5m?`]],
  ['interval: 1m30s', [`1:11: interval ${DURATION}`]],
  ['interval: ten', [`1:11: interval ${DURATION}`]],
  ['interval: 10d', [`1:11: interval ${DURATION}`]],
  ['interval: -10s', [`1:11: interval ${DURATION}`]],
  ['interval: 0s', [`1:11: interval ${DURATION}`]],
  ['interval: 999ms', [`1:11: interval ${DURATION}`]],
  ['interval: 3601s', [`1:11: interval ${DURATION}`]],
  ['interval: ""', [`1:11: interval ${DURATION}`]],
  ['interval:', [`1:1: interval has no value; it ${DURATION}`]],
  ['interval: true', [`1:11: interval is true; it ${DURATION}`]],
  ['interval: [10s]', [`1:11: interval is a list; it ${DURATION}`]],
  ['interval: {seconds: 10}', [`1:11: interval is a mapping; it ${DURATION}`]],
  ['interval: ${env:SET}', [`1:11: interval, which is \${env:SET} here, ${DURATION}`]],
  ['intervall: 10s', [`1:1: unknown key "intervall"; ${KEYS}; did you mean interval?`]],
  ['Interval: 10s', [`1:1: unknown key "Interval"; ${KEYS}; did you mean interval?`]],
  ['interval: 10s\ninterval: 20s', [`2:1: ${twice('interval')}`]],

  ['resource:', [`1:1: resource has no value; it ${SUBKEYS}`]],
  ['resource: production', [`1:11: resource is text; it ${SUBKEYS}`]],
  ['resource: 3', [`1:11: resource is a number; it ${SUBKEYS}`]],
  ['resource: [a]', [`1:11: resource is a list; it ${SUBKEYS}`]],
  ['resource:\n  team:', [`2:3: resource.team has no value; it ${VALUE}`]],
  ['resource: {team: [a]}', [`1:18: resource.team is a list; it ${VALUE}`]],
  ['resource: {team: {name: a}}', [`1:18: resource.team is a mapping; it ${VALUE}`]],
  ['resource: {"": a}', [`1:12: resource."" ${ATTRIBUTE}`]],
  ['resource: {"a b": a}', [`1:12: resource."a b" ${ATTRIBUTE}`]],
  ['resource: {"${env:SET}": a}', [`1:12: resource."\${env:SET}" ${ATTRIBUTE}`]],
  ['resource: {team: a, team: b}', [`1:21: ${twice('team')}`]],
  ['resorce: {team: a}', [`1:1: unknown key "resorce"; ${KEYS}; did you mean resource?`]],
  ['resource: {a: 1}\nresource: {b: 2}', [`2:1: ${twice('resource')}`]],

  ['otlp:', [`1:1: otlp has no value; it ${keysSuchAs('endpoint')}`]],
  ['otlp: http://localhost:4318', [`1:7: otlp is text; it ${keysSuchAs('endpoint')}`]],
  ['otlp: [http://localhost:4318]', [`1:7: otlp is a list; it ${keysSuchAs('endpoint')}`]],
  ['otlp: {url: a}', ['1:8: unknown key "url" in otlp; allowed: endpoint, headers']],
  ['otlp: {spool: {}}', ['1:8: unknown key "spool" in otlp; allowed: endpoint, headers']],
  [
    'otlp: {endpont: a}',
    ['1:8: unknown key "endpont" in otlp; allowed: endpoint, headers; did you mean endpoint?'],
  ],
  [
    'otlp: {Headers: {}}',
    ['1:8: unknown key "Headers" in otlp; allowed: endpoint, headers; did you mean headers?'],
  ],
  ['oltp: {}', [`1:1: unknown key "oltp"; ${KEYS}; did you mean otlp?`]],
  ['otlp: {}\notlp: {}', [`2:1: ${twice('otlp')}`]],

  ['otlp: {endpoint: }', [`1:8: otlp.endpoint has no value; it ${URL_FORM}`]],
  ['otlp: {endpoint: 4318}', [`1:18: otlp.endpoint is a number; it ${URL_FORM}`]],
  ['otlp: {endpoint: false}', [`1:18: otlp.endpoint is false; it ${URL_FORM}`]],
  ['otlp: {endpoint: [a]}', [`1:18: otlp.endpoint is a list; it ${URL_FORM}`]],
  ['otlp: {endpoint: {host: a}}', [`1:18: otlp.endpoint is a mapping; it ${URL_FORM}`]],
  ['otlp: {endpoint: ""}', [`1:18: otlp.endpoint ${URL_FORM}`]],
  ['otlp: {endpoint: collector}', [`1:18: otlp.endpoint ${URL_FORM}; did you mean http://collector:4318?`]],
  [
    'otlp: {endpoint: localhost:4318}',
    [`1:18: otlp.endpoint ${URL_FORM}; did you mean http://localhost:4318?`],
  ],
  [
    'otlp: {endpoint: "http:localhost"}',
    [`1:18: otlp.endpoint ${URL_FORM}; did you mean http://localhost:4318?`],
  ],
  ['otlp: {endpoint: "ftp://localhost"}', [`1:18: otlp.endpoint ${URL_FORM}`]],
  [
    'otlp: {endpoint: "http://localhost:99999"}',
    [
      '1:18: otlp.endpoint is not a whole URL: its port is above 65535, or it holds a space or another character that must be written as %XX',
    ],
  ],
  [
    'otlp: {headers: {Content-Type: a}}',
    ['1:18: otlp.headers.Content-Type is a header that the agent sets itself'],
  ],
  [
    'otlp: {endpoint: "http://localhost:4317"}',
    [`1:18: otlp.endpoint ${GRPC}; did you mean http://localhost:4318?`],
  ],
  [
    'otlp: {endpoint: "https://otlp.example.net:4317/"}',
    [`1:18: otlp.endpoint ${GRPC}; did you mean https://otlp.example.net:4318?`],
  ],
  ['otlp: {endpoint: localhost:4317}', [`1:18: otlp.endpoint ${GRPC}; did you mean http://localhost:4318?`]],
  [
    'otlp: {endpoint: "grpc://collector"}',
    [`1:18: otlp.endpoint ${GRPC}; did you mean http://collector:4318?`],
  ],
  ['otlp: {endpoint: "http://user:pass@localhost:4317"}', [`1:18: otlp.endpoint ${GRPC}`]],
  ['otlp: {endpoint: "${env:SET}"}', [`1:18: otlp.endpoint, which is \${env:SET} here, ${URL_FORM}`]],
  ['otlp:\n  endpoint: http://a\n  endpoint: http://b', [`3:3: ${twice('endpoint', 2)}`]],

  ['otlp: {headers: }', [`1:8: otlp.headers has no value; it ${SUBKEYS}`]],
  ['otlp: {headers: authorization=x}', [`1:17: otlp.headers is text; it ${SUBKEYS}`]],
  ['otlp: {headers: [a]}', [`1:17: otlp.headers is a list; it ${SUBKEYS}`]],
  ['otlp: {headers: {a: 1}}', [`1:21: otlp.headers.a is a number; it ${HEADER}`]],
  ['otlp: {headers: {"7": 1}}', [`1:23: otlp.headers.7 is a number; it ${HEADER}`]],
  ['otlp: {headers: {a: true}}', [`1:21: otlp.headers.a is true; it ${HEADER}`]],
  ['otlp: {headers: {a: }}', [`1:18: otlp.headers.a has no value; it ${HEADER}`]],
  ['otlp: {headers: {a: [b]}}', [`1:21: otlp.headers.a is a list; it ${HEADER}`]],
  ['otlp: {headers: {a: {b: c}}}', [`1:21: otlp.headers.a is a mapping; it ${HEADER}`]],
  ['otlp: {headers: {a: "b\\nc: d"}}', [`1:21: otlp.headers.a ${HEADER_CHARACTERS}`]],
  ['otlp: {headers: {a: €}}', [`1:21: otlp.headers.a ${HEADER_CHARACTERS}`]],
  ['otlp: {headers: {"a b": c}}', ['1:18: otlp.headers."a b" is not the name of an HTTP header']],
  ['otlp: {headers: {"a:": c}}', ['1:18: otlp.headers."a:" is not the name of an HTTP header']],
  ['otlp: {headers: {a: b, a: c}}', [`1:24: ${twice('a')}`]],
  ['otlp: {headers: {__proto__: b}}', ['1:18: the key __proto__ is not allowed']],

  ['history: 30d', [`1:10: history is text; it ${keysSuchAs('directory')}`]],
  ['history: {retain: 30d}', ['1:11: unknown key "retain" in history; allowed: directory, retention']],
  ['history: {retention: 30}', [`1:22: history.retention is a number; it ${RETENTION}`]],
  ['history: {retention: 30 days}', [`1:22: history.retention ${RETENTION}; did you mean 30d?`]],
  ['history: {retention: 1h}', [`1:22: history.retention ${RETENTION}`]],
  ['history: {retention: 731d}', [`1:22: history.retention ${RETENTION}`]],
  ['history: {directory: state}', [`1:22: history.directory ${DIRECTORY}`]],
  ['history: {directory: }', [`1:11: history.directory has no value; it ${DIRECTORY}`]],

  ['dashboard: none', [`1:12: dashboard is text; it ${keysSuchAs('listen')}`]],
  [
    'dashboard: {listn: none}',
    ['1:13: unknown key "listn" in dashboard; allowed: listen, token, url; did you mean listen?'],
  ],
  ['dashboard: {listen: 4380}', [`1:21: dashboard.listen is a number; it ${LISTEN}`]],
  ['dashboard: {listen: "4380"}', [`1:21: dashboard.listen ${LISTEN}; did you mean 127.0.0.1:4380?`]],
  ['dashboard: {listen: ":4380"}', [`1:21: dashboard.listen ${LISTEN}; did you mean 127.0.0.1:4380?`]],
  ['dashboard: {listen: "web-3:4380"}', [`1:21: dashboard.listen ${LISTEN}`]],
  ['dashboard: {listen: "::1:4380"}', [`1:21: dashboard.listen ${LISTEN}`]],
  ['dashboard: {listen: "127.0.0.1:65536"}', [`1:21: dashboard.listen ${LISTEN}`]],
  ['dashboard: {listen: "127.0.0.256:80"}', [`1:21: dashboard.listen ${LISTEN}`]],
  ['dashboard: {listen: "0.0.0.0:4380"}', [`1:21: dashboard.listen ${reaches('0.0.0.0')}`]],
  ['dashboard: {listen: "[::ffff:127.0.0.1]:1"}', [`1:21: dashboard.listen ${reaches('::ffff:127.0.0.1')}`]],
  ['dashboard: {token: short}', [`1:20: dashboard.token ${TOKEN}`]],
  ['dashboard: {token: "with spaces in sixteen"}', [`1:20: dashboard.token ${TOKEN}`]],
  ['dashboard: {token: 1234567890123456}', [`1:20: dashboard.token is a number; it ${TOKEN}`]],
  ['dashboard: {token: geheimnisvolle-Schlüssel}', [`1:20: dashboard.token ${TOKEN}`]],
  ...[
    'scout.example.net',
    'https://',
    'https://a:99999/',
    'https://me:secret@a/',
    'https://a/?b=c',
    'https://a/#b',
    'https://a/../b',
    'https://a//b',
    'https://a/b;c',
    'https://a/b%20c',
    'https://a/ü',
    'https:\\\\a',
  ].map((url): [string, string[]] => [`dashboard: {url: '${url}'}`, [`1:18: dashboard.url ${PAGE_URL}`]]),

  [
    'metrics: [tcp_listn]\nproc: proc\ninterval: 10\nresource: [a]\notlp: {endpoint: 1, headers: {a: 1}}',
    [
      `1:11: metrics: unknown name "tcp_listn"; allowed: ${METRICS}; did you mean tcp_listen?`,
      '2:7: proc must be an absolute path such as /proc or /host/proc',
      `3:11: interval is a number; it ${UNIT}; did you mean 10s?`,
      `4:11: resource is a list; it ${SUBKEYS}`,
      `5:18: otlp.endpoint is a number; it ${URL_FORM}`,
      `5:34: otlp.headers.a is a number; it ${HEADER}`,
    ],
  ],
])('%j', async (file, mistakes) => {
  expect(await mistakesIn(`${file}\n`, (path) => loadConfig({ path, env }))).toEqual(mistakes);
});
