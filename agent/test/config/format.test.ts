// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { load as parseYaml } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { folder, isConfigError, write } from '../../../test/config/files.js';
import { formatConfig, loadConfig } from '../../src/config/index.js';
import { makeCertificates } from '../support/certificates.js';

/** Where the file says nothing of them. */
const ALERTS = `alerts:
  mode: normal_peak  # default
  floor: 100  # default
  cooldown: 30m  # default
  above-normal-peak:
    warning: 150%  # default
    critical: 200%  # default
    for: 5m  # default
  rising-fast:
    rise: 100%  # default
    least: 100  # default
    for: 1m  # default
  leak-fast:
    share: 15%  # default
    for: 0s  # default
  leak-slow:
    lowest: 110%  # default
    median: 120%  # default
    for: 0s  # default
  half-closed:
    above: 100  # default
    share: 20%  # default
    for: 15m  # default
  ports-running-out: false  # default
  flood:
    share: 200%  # default
    events: 10  # default
    for: 0s  # default
  idle-connections:
    share: 150%  # default
    for: 10m  # default
  heavy-transfer:
    share: 150%  # default
    for: 30m  # default
  blind:
    for: 0s  # default
`;

const { ca, client } = makeCertificates(folder);

async function format(file: string, env: NodeJS.ProcessEnv = {}): Promise<{ path: string; text: string }> {
  const path = await write('agent.env.yml', file);
  return { path, text: formatConfig(await loadConfig({ path, env: { XDG_STATE_HOME: '/state', ...env } })) };
}

test('lists within a section', async () => {
  const { text } = await format(
    'interfaces:\n  include: ["veth*", eth0]\n  exclude:\n    - ${env:SKIP:-veth1}\n',
  );
  expect(text).toContain(`interfaces:
  include:
    - veth*  # line 2
    - eth0  # line 2
  exclude:
    - '[redacted]'  # line 4, \${env:SKIP}
interval:`);
});

test('built-in defaults', async () => {
  const { path, text } = await format('');
  expect(text).toBe(`# ${path}
metrics:
  - tcp_connections  # default
loopback: true  # default
namespaces: own  # default
process: false  # default
interval: 10s  # default
proc: /proc  # default
otlp:
  endpoint: http://localhost:4318/v1/metrics  # default
history:
  directory: /state/scout-agent  # XDG_STATE_HOME
  retention: 30d  # default
dashboard:
  listen: 127.0.0.1:4380  # default
${ALERTS}`);
});

test('every value has its origin, and every secret is redacted', async () => {
  const file = `metrics:
  - tcp_states
  - tcp_listen
resource:
  rack: 7
  "team: net": true
  note: "two\\nlines # one"
  zone: \${env:ZONE:-a}
otlp:
  headers:
    authorization: Bearer hunter2
    x-token: \${env:TOKEN}
dashboard:
  listen: "[::]:4380"
  token: 0123456789abcdef
  url: https://scout/web-3
`;
  const { path, text } = await format(file.replace('team: net', 'team:net'), {
    TOKEN: 'hunter2',
    HOST_PROC: '/host/proc',
    OTEL_METRIC_EXPORT_INTERVAL: '90000',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:hunter2@collector/path?key=hunter2',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter2,x-token=hunter2',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'tenant=hunter2',
    HTTPS_PROXY: 'us%40er:hunter2@proxy:3128',
    OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
    OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_CERTIFICATE: ca.certFile,
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: client.certFile,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
  });
  expect(text).toBe(`# ${path}
metrics:
  - tcp_states  # line 2
  - tcp_listen  # line 3
loopback: true  # default
namespaces: own  # default
process: false  # default
interval: 90s  # OTEL_METRIC_EXPORT_INTERVAL
proc: /host/proc  # HOST_PROC
resource:
  rack: 7  # line 5
  team:net: true  # line 6
  note: "two\\nlines # one"  # line 7
  zone: '[redacted]'  # line 8, \${env:ZONE}
otlp:
  endpoint: https://[redacted]@collector/path/v1/metrics?[redacted]  # OTEL_EXPORTER_OTLP_ENDPOINT
  proxy: http://[redacted]@proxy:3128/  # HTTPS_PROXY
  timeout: 5s  # OTEL_EXPORTER_OTLP_TIMEOUT
  compression: gzip  # OTEL_EXPORTER_OTLP_METRICS_COMPRESSION
  certificate: ${ca.certFile}  # OTEL_EXPORTER_OTLP_CERTIFICATE
  client_certificate: ${client.certFile}  # OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE
  client_key: ${client.keyFile}  # OTEL_EXPORTER_OTLP_CLIENT_KEY
  headers:
    api-key: '[redacted]'  # OTEL_EXPORTER_OTLP_HEADERS
    tenant: '[redacted]'  # OTEL_EXPORTER_OTLP_METRICS_HEADERS
    authorization: '[redacted]'  # line 11
    x-token: '[redacted]'  # line 12, \${env:TOKEN}
history:
  directory: /state/scout-agent  # XDG_STATE_HOME
  retention: 30d  # default
dashboard:
  listen: '[::]:4380'  # line 14
  token: '[redacted]'  # line 15
  url: https://scout/web-3  # line 16
${ALERTS}`);
});

test('rules of alerts, each with the line that it came from', async () => {
  const { text } = await format(`alerts:
  above-normal-peak: {warning: 175%}
  flood: false
  rules:
    - {name: a, metric: system.network.connection.count, state: time_wait, above: 5}
    - name: b
      metric: system.network.connection.count
      state: listen
      above: 7.5
      for: 90s
`);
  expect(text).toContain(`
  above-normal-peak:
    warning: 175%  # line 2
    critical: 200%  # default
`);
  expect(text).toContain('\n  flood: false  # line 3\n');
  expect(text.slice(text.indexOf('  rules:'))).toBe(`  rules:
    - name: a  # line 5
      metric: system.network.connection.count  # line 5
      state: time_wait  # line 5
      above: 5  # line 5
      for: 0s  # default
      severity: warning  # default
    - name: b  # line 6
      metric: system.network.connection.count  # line 7
      state: listen  # line 8
      above: 7.5  # line 9
      for: 90s  # line 10
      severity: warning  # default
`);
});

test('the resource of the environment has its origin, and gives way to the file', async () => {
  const { text } = await format('resource: {rack: 7}', {
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=unseen,rack=1,team=blue%2Cgreen',
    OTEL_SERVICE_NAME: 'edge',
  });
  expect(text).toContain(`resource:
  service.name: edge  # OTEL_SERVICE_NAME
  rack: 7  # line 1
  team: blue,green  # OTEL_RESOURCE_ATTRIBUTES
`);
});

test('nothing is sent where OTEL_METRICS_EXPORTER=none', async () => {
  const { text } = await format('otlp: {endpoint: "http://a"}', { OTEL_METRICS_EXPORTER: 'none' });
  expect(text).not.toContain('http://a');
  expect(text.trimEnd().split('\n').at(-1)).toBe('# nothing is sent over OTLP: OTEL_METRICS_EXPORTER=none');
});

test('it is YAML, whatever the values are', async () => {
  const values = [
    '# no comment',
    'a: b',
    '- a',
    'true',
    '7',
    '007',
    '~',
    "it's",
    '"',
    '\t',
    'a\nb',
    'é\u2028',
    '',
    '[',
    '*a',
    ' a ',
  ];
  const resource = Object.fromEntries(values.map((value, index) => [`n${index}`, value]));
  const { text } = await format(JSON.stringify({ resource }));
  expect(parseYaml(text)).toMatchObject({ resource });
});

describe('no secret is shown', () => {
  const env = {
    SECRET: 'hunter2',
    SECRET_URL: 'http://hunter2/hunter2',
    SECRET_DURATION: '17s',
    SECRET_NAME: 'tcp_listen',
    SECRET_PATH: '/hunter2',
  };
  test.each([
    ['metrics: ["${env:SECRET}"]', 'hunter2'],
    ['metrics: ["${env:SECRET_NAME}"]', 'tcp_listen'],
    ['metrics: ["${env:SECRET_NAME}", "${env:SECRET_NAME}"]', '"tcp_listen"'],
    ['interval: ${env:SECRET}', 'hunter2'],
    ['interval: ${env:SECRET_DURATION}', '17s'],
    ['proc: ${env:SECRET}', 'hunter2'],
    ['proc: ${env:SECRET_PATH}', 'hunter2'],
    ['resource: ${env:SECRET}', 'hunter2'],
    ['resource: {a: "${env:SECRET}"}', 'hunter2'],
    ['resource: {"a b": "${env:SECRET}"}', 'hunter2'],
    ['otlp: ${env:SECRET}', 'hunter2'],
    ['otlp: {endpont: "${env:SECRET}"}', 'hunter2'],
    ['otlp: {endpoint: "${env:SECRET}"}', 'hunter2'],
    ['otlp: {endpoint: "${env:SECRET}:4317"}', 'hunter2'],
    ['otlp: {endpoint: "${env:SECRET_URL}"}', 'hunter2'],
    ['otlp: {endpoint: "http://hunter2@a:4317"}', 'hunter2'],
    ['otlp: {endpoint: "a:4318/?key=hunter2"}', 'hunter2'],
    ['otlp: {endpoint: "http://a:hunter2@b/?hunter2"}', 'hunter2'],
    ['otlp: {headers: "${env:SECRET}"}', 'hunter2'],
    ['otlp: {headers: ["${env:SECRET}"]}', 'hunter2'],
    ['otlp: {headers: {a: "${env:SECRET}"}}', 'hunter2'],
    ['otlp: {headers: {a: "€${env:SECRET}"}}', 'hunter2'],
    ['otlp: {headers: {a: "€hunter2"}}', 'hunter2'],
    ['otlp: {headers: {a: hunter2}}', 'hunter2'],
    ['otlp: {headers: {a: [hunter2]}}', 'hunter2'],
    ['otlp: {headers: hunter2}', 'hunter2'],
    ['otlp: {headers: {a: "${env:UNSET:-hunter2}"}}', 'hunter2'],
    ['otlp: {headers: {a: "${env:UNSET-hunter2}"}}', 'hunter2'],
    ['otlp: {headers: {a: "hunter2 ${env:UNSET}"}}', 'hunter2'],
    ['unknown: ${env:SECRET}', 'hunter2'],
  ])('%s', async (file, secret) => {
    const path = await write('agent.env.yml', file);
    const shown = await loadConfig({ path, env }).then(formatConfig, (error: unknown) => {
      if (!isConfigError(error)) throw error;
      return error.message.replace(/allowed: tcp_.*/, '');
    });
    expect(shown).not.toContain(secret);
  });

  test('nor one in a variable', async () => {
    for (const [variable, value = 'hunter2'] of [
      ['OTEL_EXPORTER_OTLP_ENDPOINT'],
      ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'],
      ['OTEL_EXPORTER_OTLP_PROTOCOL'],
      ['OTEL_METRICS_EXPORTER'],
      ['OTEL_METRIC_EXPORT_INTERVAL'],
      ['HOST_PROC'],
      ['OTEL_EXPORTER_OTLP_TIMEOUT'],
      ['OTEL_EXPORTER_OTLP_COMPRESSION'],
      ['OTEL_EXPORTER_OTLP_HEADERS'],
      ['OTEL_EXPORTER_OTLP_HEADERS', 'a=b,hunter2'],
      ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=hunter2'],
      ['OTEL_EXPORTER_OTLP_HEADERS', 'a=hunter2%'],
      ['OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'a=hunter2€'],
      ['ALL_PROXY', 'socks5://hunter2'],
      ['ALL_PROXY', 'http://hunter2:hunter2#1@proxy:3128'],
      ['ALL_PROXY', 'http://a:hunter2%@proxy:3128'],
      ['ALL_PROXY', 'a/hunter2@proxy:3128'],
      ['ALL_PROXY', 'http://proxy:3128/?hunter2'],
    ] as const) {
      const error: unknown = await format('', {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector',
        [variable]: value,
      }).catch((reason: unknown) => reason);
      if (!isConfigError(error)) throw error;
      expect(error.message).toContain(variable);
      expect(error.message).not.toContain('hunter2');
    }
  });
});

test('no file at the default place is said', async () => {
  const config = await loadConfig({ path: await write('agent.env.yml', ''), env: {} });
  expect(formatConfig({ ...config, file: undefined }).split('\n')[0]).toBe(
    '# no file at /opt/scout-agent/agent.env.yml: built-in defaults',
  );
});
