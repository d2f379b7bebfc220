// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { describe, expect, test } from 'vitest';
import { folder, isConfigError, write } from '../../../test/config/files.js';
import { AGENT_KEYS } from '../../../test/support/allowed.js';
import { DEFAULT_ALERTS } from '../../src/alerts/settings.js';
import { loadConfig } from '../../src/config/index.js';
import { makeCertificates } from '../support/certificates.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

const OTLP = {
  url: 'http://localhost:4318/v1/metrics',
  headers: {},
  timeoutMillis: 10_000,
  compression: 'none',
  tls: {},
};

const DEFAULTS = {
  metrics: ['tcp_connections'],
  ports: [],
  loopback: true,
  namespaces: 'own',
  process: false,
  interfaces: { include: [], exclude: [] },
  proc: '/proc',
  intervalMillis: 10_000,
  resource: {},
  otlp: OTLP,
  history: { directory: '/state/scout-agent', retentionMillis: 30 * DAY },
  dashboard: { listen: { host: '127.0.0.1', port: 4380 }, token: undefined, url: undefined },
  alerts: { cooldownMillis: 30 * MINUTE, rules: { ...DEFAULT_ALERTS, 'ports-running-out': undefined } },
};

/** The configuration of a file and an environment; what is printed for people has tests of its own. */
async function load(file: string, env: NodeJS.ProcessEnv = {}): Promise<object> {
  const { settings, ...config } = await loadConfig({
    path: await write('agent.env.yml', file),
    env: { XDG_STATE_HOME: '/state', ...env },
  });
  expect(settings.length).toBeGreaterThan(0);
  return config;
}

async function complaints(file: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const path = await write('agent.env.yml', file);
  const error: unknown = await loadConfig({ path, env }).catch((reason: unknown) => reason);
  if (!isConfigError(error)) throw error;
  return error.message.split('\n').map((line) => line.replace(`${path}:`, ''));
}

test('an empty file leaves every default', async () => {
  expect(await load('')).toEqual({ ...DEFAULTS, file: `${folder}/agent.env.yml` });
});

test('a full file', async () => {
  const file = `
metrics: [tcp_states, tcp_listen]
ports: [443, 5432]
loopback: false
interfaces:
  exclude: [docker0, "veth*"]
interval: 1m
proc: /host/proc/
resource:
  deployment.environment.name: production
  rack: 7
  spare: false
  service.version: 1.10
  plate: 007
otlp:
  endpoint: https://collector.example.net/otlp/
  headers:
    authorization: Bearer \${env:TOKEN}
    x-scope-orgid: "1"
history:
  directory: /var/lib/other
  retention: 1.5d
dashboard:
  listen: "[::]:80"
  token: \${env:DASHBOARD_TOKEN}
  url: https://scout.example.net/web-3
alerts:
  mode: rate_of_change
  floor: 50
  cooldown: 1h
  above-normal-peak: false
  rising-fast: {rise: 50%, least: 20, for: 0s}
  flood: {share: 300%}
  rules:
    - {name: many, metric: scout.tcp.port.connections, port: 443, above: 9, for: 2m, severity: critical}
    - {name: waiting, metric: system.network.connection.count, state: time_wait, above: 20000}
`;
  expect(await load(file, { TOKEN: 'secret', DASHBOARD_TOKEN: 'sixteen-or-more-' })).toEqual({
    file: `${folder}/agent.env.yml`,
    metrics: ['tcp_states', 'tcp_listen'],
    ports: [443, 5432],
    loopback: false,
    namespaces: 'own',
    process: false,
    interfaces: { include: [], exclude: ['docker0', 'veth*'] },
    proc: '/host/proc',
    intervalMillis: 60_000,
    resource: {
      'deployment.environment.name': 'production',
      rack: 7,
      spare: false,
      'service.version': '1.10',
      plate: '007',
    },
    otlp: {
      ...OTLP,
      url: 'https://collector.example.net/otlp/v1/metrics',
      headers: { authorization: 'Bearer secret', 'x-scope-orgid': '1' },
    },
    history: { directory: '/var/lib/other', retentionMillis: 1.5 * DAY },
    dashboard: {
      listen: { host: '::', port: 80 },
      token: 'sixteen-or-more-',
      url: 'https://scout.example.net/web-3',
    },
    alerts: {
      cooldownMillis: 60 * MINUTE,
      rules: {
        ...DEFAULT_ALERTS,
        mode: 'rate_of_change',
        floor: 50,
        'above-normal-peak': undefined,
        'rising-fast': { rise: 0.5, least: 20, forMillis: 0 },
        'ports-running-out': undefined,
        flood: { share: 3, events: 10, forMillis: 0 },
        own: [
          {
            name: 'many',
            severity: 'critical',
            metric: 'scout.tcp.port.connections',
            of: '443',
            above: 9,
            forMillis: 2 * MINUTE,
          },
          {
            name: 'waiting',
            severity: 'warning',
            metric: 'system.network.connection.count',
            of: 'time_wait',
            above: 20_000,
            forMillis: 0,
          },
        ],
      },
    },
  });
});

test('alerts that are false, and the ports that are judged where they are listed', async () => {
  expect(await load('alerts: false')).toMatchObject({ alerts: undefined });
  expect(await load('metrics: [tcp_port_utilization]')).toMatchObject({
    alerts: { rules: { 'ports-running-out': { warning: 0.8, critical: 0.95 } } },
  });
});

test.each([
  ['none', undefined],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['127.9.9.9:65535', { host: '127.9.9.9', port: 65_535 }],
  ['"[::1]:4380"', { host: '::1', port: 4380 }],
])('dashboard.listen: %s needs no token', async (text, listen) => {
  expect(await load(`dashboard: {listen: ${text}}`)).toMatchObject({ dashboard: { listen } });
});

test.each([
  ['1s', 1000],
  ['1500ms', 1500],
  ['2.5s', 2500],
  ['1h', 3_600_000],
  ['"10s"', 10_000],
  ['${env:INTERVAL}', 20_000],
])('interval: %s is %d ms', async (text, intervalMillis) => {
  expect(await load(`interval: ${text}`, { INTERVAL: '20s' })).toMatchObject({ intervalMillis });
});

test.each([
  ['http://localhost:4318', 'http://localhost:4318/v1/metrics'],
  ['http://localhost:4318/', 'http://localhost:4318/v1/metrics'],
  ['http://localhost:4318/v1/metrics', 'http://localhost:4318/v1/metrics'],
  ['HTTPS://Example.net/otlp', 'https://example.net/otlp/v1/metrics'],
  ['http://[::1]:4318', 'http://[::1]:4318/v1/metrics'],
  ['http://127.0.0.1:43170', 'http://127.0.0.1:43170/v1/metrics'],
  ['https://user:pass@example.net/x?key=1', 'https://user:pass@example.net/x/v1/metrics?key=1'],
])('endpoint %s', async (endpoint, url) => {
  expect(await load(`otlp: {endpoint: "${endpoint}"}`)).toMatchObject({ otlp: { url } });
});

describe("OpenTelemetry's and the host's variables count where the file is silent", () => {
  test.each<[env: NodeJS.ProcessEnv, config: object]>([
    [{ HOST_PROC: '/host/proc/' }, { proc: '/host/proc' }],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '60000' }, { intervalMillis: 60_000 }],
    [{ OTEL_METRIC_EXPORT_INTERVAL: ' ' }, {}],
    [{ OTEL_METRICS_EXPORTER: 'otlp' }, {}],
    [{ OTEL_METRICS_EXPORTER: 'none' }, { otlp: undefined }],
    [
      {
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'x',
      },
      { otlp: undefined },
    ],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, {}],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json' }, {}],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1/b/' }, { otlp: { ...OTLP, url: 'http://a:1/b/v1/metrics' } }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1/?token=x' },
      { otlp: { ...OTLP, url: 'http://a:1/v1/metrics?token=x' } },
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1/v1/metrics/' },
      { otlp: { ...OTLP, url: 'http://a:1/v1/metrics' } },
    ],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '2500' }, { otlp: { ...OTLP, timeoutMillis: 2500 } }],
    [
      { OTEL_EXPORTER_OTLP_TIMEOUT: 'x', OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '100' },
      { otlp: { ...OTLP, timeoutMillis: 100 } },
    ],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, { otlp: { ...OTLP, compression: 'gzip' } }],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'x', OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'none' }, { otlp: OTLP }],
    [
      {
        OTEL_EXPORTER_OTLP_HEADERS: ' Api-Key = a%2Cb , basic=YTpi==,both=1;x,',
        OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'BOTH=2',
      },
      { otlp: { ...OTLP, headers: { 'api-key': 'a,b', basic: 'YTpi==', both: '2' } } },
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4317', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c:2/d' },
      { otlp: { ...OTLP, url: 'http://c:2/d' } },
    ],
    [
      { STATE_DIRECTORY: '/var/lib/scout-agent:/var/lib/other', XDG_STATE_HOME: '/home/ann' },
      { history: { ...DEFAULTS.history, directory: '/var/lib/scout-agent' } },
    ],
    [
      { XDG_STATE_HOME: 'relative', HOME: '/home/ann' },
      {
        history: {
          ...DEFAULTS.history,
          directory: expect.stringMatching(/^\/.*\/\.local\/state\/scout-agent$/),
        },
      },
    ],
  ])('%j', async (env, config) => {
    expect(await load('', env)).toEqual({ ...DEFAULTS, file: `${folder}/agent.env.yml`, ...config });
  });

  test('and only there', async () => {
    const env = {
      HOST_PROC: 'wrong',
      OTEL_METRIC_EXPORT_INTERVAL: 'wrong',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'wrong',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'wrong',
    };
    const file = 'proc: /a\ninterval: 2s\notlp: {endpoint: "http://b"}';
    expect(await load(file, env)).toMatchObject({
      proc: '/a',
      intervalMillis: 2000,
      otlp: { url: 'http://b/v1/metrics' },
    });
  });
});

const GRPC_ENDPOINT =
  'looks like a gRPC endpoint (grpc:// or port 4317); the agent speaks OTLP over HTTP, port 4318';
const GRPC_PROTOCOL =
  'the agent speaks OTLP over HTTP, not gRPC; unset it, or put an OpenTelemetry Collector with an otlp receiver in between, which takes HTTP on port 4318 and passes it on as gRPC';
const INTERVAL = 'must be a whole number of milliseconds from 1000 to 3600000, such as 10000';
const TIMEOUT = 'must be a whole number of milliseconds from 100 to 3600000, such as 10000';
const EXPORTER = 'must be otlp or none; the agent has no other exporter';
const HEADERS = 'write name=value, with a comma between two headers: api-key=abc,x-tenant=a%20b';
const URL_BROKEN =
  'is not a whole URL: its port is above 65535, or it holds a space or another character that must be written as %XX';
const URL_FORM = 'must be an http or https URL such as http://localhost:4318';

describe('a mistake in a variable is told with its name', () => {
  test.each<[variable: string, value: string, message: string]>([
    ['HOST_PROC', 'host/proc', 'must be an absolute path such as /proc or /host/proc'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '10s', `${INTERVAL}; did you mean 10000?`],
    ['OTEL_METRIC_EXPORT_INTERVAL', '999', `${INTERVAL}; did you mean 999000?`],
    ['OTEL_METRIC_EXPORT_INTERVAL', '3600001', INTERVAL],
    ['OTEL_METRIC_EXPORT_INTERVAL', '-1', INTERVAL],
    ['OTEL_METRIC_EXPORT_INTERVAL', '1e4', INTERVAL],
    ['OTEL_METRICS_EXPORTER', 'prometheus', EXPORTER],
    ['OTEL_METRICS_EXPORTER', 'otlp,console', EXPORTER],
    ['OTEL_METRICS_EXPORTER', 'OTLP', `${EXPORTER}; did you mean otlp?`],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', GRPC_PROTOCOL],
    ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'grpc', GRPC_PROTOCOL],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http', 'must be http/protobuf or http/json'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4317', GRPC_ENDPOINT],
    ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'grpc://localhost', GRPC_ENDPOINT],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', URL_FORM],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', '"http://localhost:4318"', `${URL_FORM}, without quotes`],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://', URL_FORM],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:99999', URL_BROKEN],
    ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'http://a b:4318', URL_BROKEN],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'abc', TIMEOUT],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0', TIMEOUT],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10', `${TIMEOUT}; did you mean 10000?`],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s', `${TIMEOUT}; did you mean 10000?`],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '2500000000', TIMEOUT],
    ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', '1e999', TIMEOUT],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'GZIP', 'must be gzip or none; did you mean gzip?'],
    ['OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', 'snappy', 'must be gzip or none'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'abc', `the header is not of the form name=value; ${HEADERS}`],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'authorization: Bearer abc',
      `the header is not of the form name=value; ${HEADERS} (an = in place of the colon)`,
    ],
    [
      'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
      'a=1,b',
      `header 2 of 2 is not of the form name=value; ${HEADERS}`,
    ],
    ['OTEL_EXPORTER_OTLP_HEADERS', '=abc', `the header is not of the form name=value; ${HEADERS}`],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=', `the header has no value; ${HEADERS}`],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'api key=abc',
      `the header has a name that no HTTP header can have; ${HEADERS}`,
    ],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'Content-Length=1',
      'the header is content-length, which the agent sets itself',
    ],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'api-key=100%',
      'the header holds a % without two hexadecimal digits of UTF-8 behind it; a plain % is written %25',
    ],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'api-key=a%0d%0ab',
      "the header has a value that can't be sent; it must be one line of printable ASCII or Latin-1 characters",
    ],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'api-key=€',
      "the header has a value that can't be sent; it must be one line of printable ASCII or Latin-1 characters",
    ],
  ])('%s=%s', async (variable, value, message) => {
    expect(await complaints('', { [variable]: value })).toEqual([`${variable}: ${message}`]);
  });

  test('beside those in the file', async () => {
    const env = { OTEL_METRIC_EXPORT_INTERVAL: 'x', OTEL_METRICS_EXPORTER: 'x', HOST_PROC: 'x' };
    expect(await complaints('proc: 1\nmetric: x', env)).toEqual([
      '1:7: proc is a number; it must be an absolute path such as /proc or /host/proc',
      `2:1: unknown key "metric"; allowed: ${AGENT_KEYS}; did you mean metrics?`,
      `OTEL_METRIC_EXPORT_INTERVAL: ${INTERVAL}`,
      `OTEL_METRICS_EXPORTER: ${EXPORTER}`,
    ]);
  });

  test('and every one of them, whatever OTEL_METRICS_EXPORTER is', async () => {
    const env = {
      OTEL_METRICS_EXPORTER: 'OTLP',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'x',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'x',
      OTEL_EXPORTER_OTLP_HEADERS: 'x,y',
      OTEL_EXPORTER_OTLP_TIMEOUT: 'x',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'x',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/file',
    };
    const names = (await complaints('proc: 1', env)).map((line) => line.split(':')[0]);
    expect(names).toEqual([
      '1',
      'OTEL_METRICS_EXPORTER',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_TIMEOUT',
      'OTEL_EXPORTER_OTLP_COMPRESSION',
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
    ]);
  });
});

describe('certificates', () => {
  const { ca, server, client } = makeCertificates(folder);
  const CA = 'OTEL_EXPORTER_OTLP_CERTIFICATE';
  const CERT = 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE';
  const KEY = 'OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY';

  test('are read', async () => {
    const env = { [CA]: ca.certFile, [CERT]: client.certFile, [KEY]: client.keyFile };
    const tls = { ca: ca.cert, cert: client.cert, key: client.key };
    const { otlp } = (await load('', env)) as { otlp: { tls: Record<string, Buffer> } };
    expect(Object.entries(otlp.tls).map(([name, pem]) => [name, pem.toString()])).toEqual(
      Object.entries(tls).map(([name, pem]) => [name, pem.toString()]),
    );
  });

  test.each<[env: NodeJS.ProcessEnv, message: RegExp]>([
    [
      { [CERT]: client.certFile },
      /^OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: needs .* key .* OTEL_EXPORTER_OTLP_CLIENT_KEY$/,
    ],
    [
      { [KEY]: client.keyFile },
      /^OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: needs .* certificate .* OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE$/,
    ],
    [
      { [CERT]: client.certFile, [KEY]: server.keyFile },
      /^OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: .* is not the key of the certificate /,
    ],
    [{ [CA]: '/no/such/file' }, /^OTEL_EXPORTER_OTLP_CERTIFICATE: \/no\/such\/file: no such file$/],
    [{ [CA]: folder }, /^OTEL_EXPORTER_OTLP_CERTIFICATE: .*: is a folder, not a file$/],
    [{ [KEY]: '/dev/zero' }, /^OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: .*: is a device, not a regular file$/],
    [{ [CA]: client.keyFile }, /^OTEL_EXPORTER_OTLP_CERTIFICATE: .* holds no certificate in PEM/],
  ])('%o is a mistake', async (env, message) => {
    expect(await complaints('', env)).toEqual([expect.stringMatching(message)]);
  });
});

test('SCOUT_AGENT_CONFIG names the file where no path is given', async () => {
  const file = await write('variable.yml', 'interval: 3s');
  expect(await loadConfig({ env: { SCOUT_AGENT_CONFIG: file } })).toMatchObject({
    file,
    intervalMillis: 3000,
  });
  await expect(loadConfig({ env: { SCOUT_AGENT_CONFIG: `${folder}/missing` } })).rejects.toThrow(
    `${folder}/missing: no such file (named by SCOUT_AGENT_CONFIG)`,
  );
});
