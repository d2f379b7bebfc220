/** OpenTelemetry's own environment variables, as the running agent honours them. */
import { describe, expect, it, test } from 'vitest';
import { startCounting } from './support/counting.js';
import { establishedIn, pointsIn, startReceiver } from './support/receiver.js';
import { scoutAgent } from './support/scout-agent.js';

describe.concurrent('the endpoint', () => {
  it.concurrent.for([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'RECEIVER' }, '/v1/metrics'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'RECEIVER/' }, '/v1/metrics'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'RECEIVER/otlp' }, '/otlp/v1/metrics'],
    [
      {
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'RECEIVER/exact',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      },
      '/exact',
    ],
  ] as const)('of %o has the path %s', async ([env, path], t) => {
    const { receiver } = await startCounting(t, { env });
    expect((await receiver.untilTaken(1)).url).toBe(path);
  });

  it.concurrent('of the file wins', async (t) => {
    const fromFile = await startReceiver(t);
    const { agent, receiver } = await startCounting(t, {
      config: `otlp: {endpoint: "${fromFile.endpoint}"}`,
    });
    await fromFile.untilTaken(1);
    await agent.stop();
    expect(receiver.received).toEqual([]);
  });
});

test.concurrent('headers come from the variables and from the file, which wins', async (t) => {
  const { receiver } = await startCounting(t, {
    env: {
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=general,x-common=variable,x-encoded=a%20b',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-tenant=metrics',
    },
    config: 'otlp: {headers: {authorization: "Bearer secret", x-common: file}}',
  });
  expect((await receiver.untilTaken(1)).headers).toMatchObject({
    'x-tenant': 'metrics',
    'x-encoded': 'a b',
    'x-common': 'file',
    authorization: 'Bearer secret',
  });
});

test.concurrent.for(['OTEL_EXPORTER_OTLP_COMPRESSION', 'OTEL_EXPORTER_OTLP_METRICS_COMPRESSION'])(
  '%s=gzip compresses the body',
  async (variable, t) => {
    const { receiver } = await startCounting(t, { env: { [variable]: 'gzip' } });
    const { headers, wire, body } = await receiver.untilTaken(1);
    expect(headers['content-encoding']).toBe('gzip');
    expect(wire.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expect(establishedIn(body)).toEqual({ ipv4: 12, ipv6: 3 });
  },
);

test.concurrent('OTEL_METRIC_EXPORT_INTERVAL is the interval where the file is silent', async (t) => {
  const { agent, receiver } = await startCounting(t, {
    config: '',
    env: { OTEL_METRIC_EXPORT_INTERVAL: '1500' },
  });
  await agent.untilLogged(/counting tcp_connections every 1500ms/);
  const third = await receiver.untilTaken(3);
  const millis = (body: typeof third.body) => Number(pointsIn(body)[0]?.time) / 1e6;
  const first = await receiver.untilTaken(1);
  // A busy machine may make a timer late, never early.
  expect(millis(third.body) - millis(first.body)).toBeGreaterThan(1_500);
});

test.concurrent('OTEL_METRIC_EXPORT_INTERVAL gives way to the file', async (t) => {
  const { agent } = await startCounting(t, {
    config: 'interval: 2s',
    env: { OTEL_METRIC_EXPORT_INTERVAL: 'nonsense that counts for nothing' },
  });
  await agent.untilLogged(/counting tcp_connections every 2s/);
});

test.concurrent('OTEL_METRICS_EXPORTER=none sends nothing, and the agent counts on', async (t) => {
  const { agent, receiver } = await startCounting(t, { env: { OTEL_METRICS_EXPORTER: 'none' } });
  await agent.untilLogged(/OTEL_METRICS_EXPORTER=none: nothing is sent over OTLP/);
  await agent.untilLogged(/counting tcp_connections/);
  expect((await agent.stop()).code).toBe(0);
  expect(receiver.received).toEqual([]);
});

test.concurrent('OTEL_SDK_DISABLED=true starts nothing', async (t) => {
  const { agent, receiver } = await startCounting(t, { env: { OTEL_SDK_DISABLED: 'True' } });
  const { code, stderr } = await agent.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^\S+ warn {2}OTEL_SDK_DISABLED=true: the environment switches the agent off, and nothing is counted\n$/,
  );
  expect(receiver.received).toEqual([]);
});

test.concurrent.for(['http/protobuf', 'http/json'])(
  'OTEL_EXPORTER_OTLP_PROTOCOL=%s is OTLP over HTTP',
  async (protocol, t) => {
    const { receiver } = await startCounting(t, { env: { OTEL_EXPORTER_OTLP_PROTOCOL: protocol } });
    await receiver.untilTaken(1);
  },
);

test.concurrent.for([
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /not gRPC.*OpenTelemetry Collector.*4318/],
  ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'grpc', /not gRPC.*OpenTelemetry Collector.*4318/],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'carrier-pigeon', /must be http\/protobuf or http\/json/],
  ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'localhost:4318', /must be an http or https URL/],
  ['OTEL_METRICS_EXPORTER', 'prometheus', /must be otlp or none/],
  ['OTEL_METRIC_EXPORT_INTERVAL', '10s', /must be a whole number of milliseconds/],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization: secret', /^[^;]* is not of the form name=value;/],
  ['OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'token=two%0alines', /value that can't be sent/],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '1e999', /must be a whole number of milliseconds/],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd', /must be gzip or none/],
  ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/no/such/ca.pem', /no such file$/],
  ['OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY', '/no/such/key.pem', /no such file$/],
] as const)('%s=%s is refused before anything starts', async ([variable, value, message], t) => {
  const { agent, receiver } = await startCounting(t, { config: '', env: { [variable]: value } });
  const { code, stdout, stderr } = await agent.ended;
  expect(code).toBe(78);
  expect(stdout).toBe('');
  const told = stderr.split('\n').filter((line) => line.startsWith(`${variable}: `));
  expect(told).toEqual([expect.stringMatching(message)]);
  expect(receiver.received).toEqual([]);
});

describe.concurrent('what the environment asks for and does not get is told by check and by run', () => {
  const TEMPORALITY = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';

  test.concurrent.for([
    ['OTEL_SDK_DISABLED', 'maybe', ' warn ', /OTEL_SDK_DISABLED="maybe" is neither true nor false/],
    ['OTEL_SDK_DISABLED', '1\nproc: /', ' warn ', /OTEL_SDK_DISABLED="1\\nproc: \/" is neither/],
    [
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'http/protobuf',
      ' info ',
      /OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf: .*json/,
    ],
    [
      'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
      'http/protobuf',
      ' info ',
      /METRICS_PROTOCOL=http\/protobuf: .*json/,
    ],
    [TEMPORALITY, 'delta', ' warn ', /_PREFERENCE="delta" is not honoured: .* cumulative$/],
  ] as const)('%s=%s', async ([variable, value, level, told], t) => {
    const { agent } = await startCounting(t, { env: { [variable]: value } });
    await agent.untilLogged(/counting tcp_connections/);
    expect(agent.logged(told)).toEqual([expect.stringContaining(level)]);
    const { code, stdout } = await scoutAgent(t, ['check'], { env: { [variable]: value } });
    expect(code).toBe(0);
    const [first = ''] = stdout.split('\n');
    expect(first).toMatch(told);
    expect(first).toMatch(/^# /);
  });

  test.concurrent.for([
    ['OTEL_SDK_DISABLED', 'False'],
    ['OTEL_SDK_DISABLED', ''],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json'],
    [TEMPORALITY, 'Cumulative'],
  ] as const)('but nothing of %s=%s', async ([variable, value], t) => {
    const { stdout } = await scoutAgent(t, ['check'], { env: { [variable]: value } });
    expect(stdout).not.toContain(variable);
  });

  test.concurrent('but nothing of OTLP where none is sent', async (t) => {
    const env = {
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      [TEMPORALITY]: 'delta',
    };
    expect((await scoutAgent(t, ['check'], { env })).stdout).not.toMatch(/PROTOCOL|TEMPORALITY/);
  });
});

test.concurrent('every mistake of the environment is told at once', async (t) => {
  const { agent } = await startCounting(t, {
    config: '',
    env: {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_METRIC_EXPORT_INTERVAL: '10s',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere',
      HOST_PROC: 'relative',
    },
  });
  const { code, stderr } = await agent.ended;
  expect(code).toBe(78);
  expect(stderr.match(/^\w+(?=: )/gm)?.sort()).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'OTEL_METRIC_EXPORT_INTERVAL',
  ]);
});
