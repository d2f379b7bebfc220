// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { expect, test } from 'vitest';
import { mistakesIn, write } from '../../../test/config/files.js';
import { environmentNotes } from '../../src/commands/environment-notes.js';
import { formatConfig, loadConfig } from '../../src/config/index.js';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const env = { SET: 'hunter2', SLACK: 'https://hooks.example.net/services/T0/B0/hunter2' };
const SUBKEYS = 'must have keys of its own, each on a line below it';
const keysSuchAs = (key: string) => `must have keys of its own such as ${key}, each on a line below it`;
const URL_FORM = 'must be a URL that begins with https:// or http://, without user and password';
const SLACK_URL = `${URL_FORM}, such as \${env:SLACK_WEBHOOK_URL}`;
const WEBHOOK_URL = `${URL_FORM}, such as https://alerts.example.net/scout`;
const BEAT_URL = `${URL_FORM}, such as https://hc.example.net/ping/web-3`;
const LIST = 'must be a list of info, warning, critical';
const HOST = 'must be the name or the address of a mail server, such as smtp.example.net';
const PORT = 'must be a whole number from 1 to 65535';
const ADDRESS = 'must be a mail address such as ops@example.net or "Operations <ops@example.net>"';
const KEY =
  'must be whsec_ and 24 to 64 bytes in base64: echo whsec_$(openssl rand -base64 32) makes such a one';
const REPEAT = 'must be a duration with its unit, from 10m to 7d, such as 4h, or never';
const TIME = 'must be a time of the day in quotes and in UTC, such as "22:00"';
const mail = (keys: string) => `notify: {email: {host: m, from: a@b.c, to: [d@e.f], ${keys}}}`;

test.each<[file: string, mistakes: string[]]>([
  ['notify:', [`1:1: notify has no value; it ${keysSuchAs('slack')}`]],
  ['notify: slack', [`1:9: notify is text; it ${keysSuchAs('slack')}`]],
  [
    'notify: {slak: {}}',
    [
      '1:10: unknown key "slak" in notify; allowed: slack, email, webhook, heartbeat, addresses, repeat, quiet_hours; did you mean slack?',
    ],
  ],
  ['notify: {slack: }', [`1:10: notify.slack has no value; it ${keysSuchAs('url')}`]],
  ['notify: {slack: {}}', [`1:10: notify.slack.url is missing; it ${SLACK_URL}`]],
  ['notify: {slack: {url: 7}}', [`1:23: notify.slack.url is a number; it ${SLACK_URL}`]],
  ['notify: {slack: {url: hooks}}', [`1:23: notify.slack.url ${SLACK_URL}`]],
  ['notify: {slack: {url: "ftp://a/"}}', [`1:23: notify.slack.url ${SLACK_URL}`]],
  ['notify: {slack: {url: "https://u:p@a/"}}', [`1:23: notify.slack.url ${SLACK_URL}`]],
  [
    'notify: {slack: {url: "${env:SET}"}}',
    [`1:23: notify.slack.url, which is \${env:SET} here, ${SLACK_URL}`],
  ],
  [
    'notify: {slack: {url: "http://a", severities: all}}',
    [`1:47: notify.slack.severities is text; it ${LIST}`],
  ],
  [
    'notify: {slack: {url: "http://a", severities: []}}',
    ['1:47: notify.slack.severities must name at least one of info, warning, critical'],
  ],
  [
    'notify: {slack: {url: "http://a", severities: [critcal]}}',
    [
      '1:48: notify.slack.severities: unknown name "critcal"; allowed: info, warning, critical; did you mean critical?',
    ],
  ],
  ['notify: {webhook: {url: a}}', [`1:25: notify.webhook.url ${WEBHOOK_URL}`]],
  ['notify: {webhook: {url: "http://a", secret: short}}', [`1:45: notify.webhook.secret ${KEY}`]],
  ['notify: {webhook: {url: "http://a", secret: whsec_AAAA}}', [`1:45: notify.webhook.secret ${KEY}`]],
  ['notify: {webhook: {url: "http://a", secret: 1}}', [`1:45: notify.webhook.secret is a number; it ${KEY}`]],
  [
    'notify: {webhook: {url: "http://a", headers: [a]}}',
    [`1:46: notify.webhook.headers is a list; it ${SUBKEYS}`],
  ],
  [
    'notify: {webhook: {url: "http://a", headers: {a: "b\\nc: d"}}}',
    ['1:50: notify.webhook.headers.a must be one line of printable ASCII or Latin-1 characters'],
  ],
  [
    'notify: {webhook: {url: "http://a", headers: {webhook-id: b}}}',
    ['1:47: notify.webhook.headers.webhook-id is a header that the agent sets itself'],
  ],
  ['notify: {heartbeat: {}}', [`1:10: notify.heartbeat.url is missing; it ${BEAT_URL}`]],
  ['notify: {heartbeat: {url: web}}', [`1:27: notify.heartbeat.url ${BEAT_URL}`]],
  [
    'notify: {email: {}}',
    [
      `1:10: notify.email.host is missing; it ${HOST}`,
      `1:10: notify.email.from is missing; it ${ADDRESS}`,
      '1:10: notify.email.to is missing; it must be a list of mail addresses',
    ],
  ],
  ['notify: {email: {host: "a b", from: a@b.c, to: [d@e.f]}}', [`1:24: notify.email.host ${HOST}`]],
  ['notify: {email: {host: m, from: ops, to: [d@e.f]}}', [`1:33: notify.email.from ${ADDRESS}`]],
  [
    'notify: {email: {host: m, from: "a@b.c\\r\\nBcc: x@y.z", to: [d@e.f]}}',
    [`1:33: notify.email.from ${ADDRESS}`],
  ],
  [
    'notify: {email: {host: m, from: a@b.c, to: d@e.f}}',
    ['1:44: notify.email.to is text; it must be a list of mail addresses'],
  ],
  [
    'notify: {email: {host: m, from: a@b.c, to: []}}',
    ['1:44: notify.email.to must hold at least one mail address'],
  ],
  [
    'notify: {email: {host: m, from: a@b.c, to: ["d@e.f, x@y.z"]}}',
    [`1:45: notify.email.to: "d@e.f, x@y.z" ${ADDRESS}`],
  ],
  [mail('port: 0'), [`1:59: notify.email.port ${PORT}`]],
  [mail('port: "25"'), [`1:59: notify.email.port is text; it ${PORT}`]],
  [mail('tls: ssl'), ['1:58: notify.email.tls: unknown name "ssl"; allowed: starttls, tls, none']],
  [mail('user: a'), ['1:59: notify.email.user needs password beside it']],
  [mail('password: a'), ['1:63: notify.email.password needs user beside it']],
  [
    mail('user: a, password: b, tls: none'),
    ['1:80: notify.email.tls would send the password in clear; with a password it must be starttls or tls'],
  ],
  ['notify: {addresses: no}', ['1:21: notify.addresses: unknown name "no"; allowed: shown, hidden']],
  ['notify: {repeat: 4}', [`1:18: notify.repeat is a number; it ${REPEAT}`]],
  ['notify: {repeat: 1m}', [`1:18: notify.repeat ${REPEAT}`]],
  ['notify: {quiet_hours: 22-7}', [`1:23: notify.quiet_hours is text; it ${keysSuchAs('from')}`]],
  ['notify: {quiet_hours: {from: "22:00"}}', [`1:10: notify.quiet_hours.to is missing; it ${TIME}`]],
  ['notify: {quiet_hours: {from: "24:00", to: "07:00"}}', [`1:30: notify.quiet_hours.from ${TIME}`]],
  ['notify: {quiet_hours: {from: "7:00", to: "08:00"}}', [`1:30: notify.quiet_hours.from ${TIME}`]],
  [
    'notify: {quiet_hours: {from: "07:00", to: "07:00"}}',
    ['1:43: notify.quiet_hours.to must be another time than from'],
  ],
])('%s', async (file, mistakes) => {
  expect(await mistakesIn(file, (path) => loadConfig({ path, env }))).toEqual(mistakes);
});

const FULL = `notify:
  slack: {url: "https://hooks.example.net/services/T0/B0/hunter2"}
  email:
    host: smtp.example.net
    user: scout
    password: hunter2
    from: Scout <scout@example.net>
    to: [ops@example.net]
    severities: [critical]
  webhook: {url: "https://a.example.net/in?key=hunter2", secret: ${SECRET}, headers: {x-key: hunter2}}
  heartbeat: {url: "https://hc.example.net/ping/hunter2"}
  quiet_hours: {from: "22:00", to: "07:00"}
`;

test('what is not said has a default, and a secret is shown nowhere', async () => {
  const config = await loadConfig({ path: await write('full.yml', FULL), env });
  expect(config.notify).toMatchObject({
    slack: { severities: ['warning', 'critical'] },
    email: { port: 587, tls: 'starttls', severities: ['critical'] },
    addresses: 'shown',
    repeatMillis: 4 * 3_600_000,
    quietHours: { from: 22 * 60, to: 7 * 60 },
  });
  const shown = formatConfig(config);
  expect(shown).not.toContain('hunter2');
  expect(shown).not.toContain(SECRET);
  for (const line of [
    'url: https://hooks.example.net/[redacted]  # line 2',
    'url: https://a.example.net/[redacted]  # line 10',
    'url: https://hc.example.net/[redacted]  # line 11',
    'repeat: 4h  # default',
    "from: '22:00'  # line 12",
  ])
    expect(shown).toContain(line);
});

test('a secret in clear gets a warning that names a reference, one from outside gets none', async () => {
  const clear = await loadConfig({ path: await write('clear.yml', FULL), env });
  const notes = environmentNotes(clear, {}).filter(({ level }) => level === 'warn');
  expect(notes.map(({ text }) => /^(\S+) .* (line \d+) .*(\$\{env:\w+\})/.exec(text)?.slice(1))).toEqual([
    ['notify.slack.url', 'line 2', '${env:SLACK_URL}'],
    ['notify.email.password', 'line 6', '${env:EMAIL_PASSWORD}'],
    ['notify.webhook.secret', 'line 10', '${env:WEBHOOK_SECRET}'],
    ['notify.webhook.headers.x-key', 'line 10', '${env:WEBHOOK_HEADERS_X_KEY}'],
    ['notify.heartbeat.url', 'line 11', '${env:HEARTBEAT_URL}'],
  ]);
  const kept = await loadConfig({
    path: await write('kept.yml', 'notify: {slack: {url: "${env:SLACK}"}}'),
    env,
  });
  expect(environmentNotes(kept, {})).toEqual([]);
});

test('repeat: never', async () => {
  const { notify } = await loadConfig({ path: await write('never.yml', 'notify: {repeat: never}'), env });
  expect(notify?.repeatMillis).toBeUndefined();
});

test('the proxy before each is shown with its variable and without its password; NO_PROXY leads past it', async () => {
  const variables = { ...env, HTTPS_PROXY: 'us:hunter2@proxy:3128', NO_PROXY: 'a.example.net' };
  const shown = formatConfig(await loadConfig({ path: await write('proxy.yml', FULL), env: variables }));
  expect(shown.match(/ {4}proxy: .*/g)).toEqual([
    '    proxy: http://[redacted]@proxy:3128/  # HTTPS_PROXY',
    '    proxy: http://[redacted]@proxy:3128/  # HTTPS_PROXY',
  ]);
  const wrong = { ...env, HTTPS_PROXY: 'socks5://proxy' };
  const mistakes = loadConfig({ path: await write('proxy.yml', FULL), env: wrong });
  await expect(mistakes).rejects.toThrow(/^HTTPS_PROXY: [^\n]*SOCKS is not spoken$/);
});
