/** OTLP over HTTPS, with the certificates that OpenTelemetry's variables name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeCertificates } from '../support/certificates.js';
import { procFolder } from '../support/proc-folder.js';
import { accept, establishedIn, startReceiver } from '../support/receiver.js';
import { startScoutAgent, type Test } from '../support/scout-agent.js';

const folder = mkdtempSync(join(tmpdir(), 'scout-tls-'));
const { ca, strangeCa, server, client } = makeCertificates(folder);
afterAll(() => rmSync(folder, { recursive: true }));

/** One attempt a cycle. */
const ONE_ATTEMPT = { OTEL_EXPORTER_OTLP_TIMEOUT: '900' };

async function startCounting(t: Test, env: Record<string, string>, { mutual = false } = {}) {
  const receiver = await startReceiver(t, accept, {
    tls: {
      key: server.key,
      cert: server.cert,
      ...(mutual && { ca: ca.cert, requestCert: true, rejectUnauthorized: true }),
    },
  });
  const proc = await procFolder(t, { tcp: 12 });
  const agent = await startScoutAgent(t, {
    config: `proc: ${proc.path}\ninterval: 1s`,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, ...env },
  });
  return { receiver, agent };
}

test.concurrent.for(['OTEL_EXPORTER_OTLP_CERTIFICATE', 'OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE'])(
  '%s names the authority to trust',
  async (variable, t) => {
    const { receiver } = await startCounting(t, { [variable]: ca.certFile });
    expect(establishedIn((await receiver.untilTaken(1)).body)).toEqual({ ipv4: 12 });
  },
);

test.concurrent('the certificate of the metrics wins', async (t) => {
  const { receiver } = await startCounting(t, {
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/file',
    OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE: ca.certFile,
  });
  await receiver.untilTaken(1);
});

test.concurrent.for([
  ['no authority', {}],
  ['another authority', { OTEL_EXPORTER_OTLP_CERTIFICATE: strangeCa.certFile }],
] as const)('with %s nothing is sent, and why is told once', async ([, env], t) => {
  const { receiver, agent } = await startCounting(t, { ...ONE_ATTEMPT, ...env });
  await agent.untilLogged(/takes no metrics/);
  const { code, stderr } = await agent.stop();
  expect(code).toBe(0);
  expect(stderr.match(/takes no metrics: .*certificate/g)).toHaveLength(1);
  expect(receiver.received).toEqual([]);
});

test.concurrent('a client certificate and its key are shown to a receiver that asks for them', async (t) => {
  const { receiver } = await startCounting(
    t,
    {
      OTEL_EXPORTER_OTLP_CERTIFICATE: ca.certFile,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: client.certFile,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
    },
    { mutual: true },
  );
  expect((await receiver.untilTaken(1)).client).toBe('scout-agent');
});

test.concurrent('without a client certificate such a receiver takes nothing', async (t) => {
  const { receiver, agent } = await startCounting(
    t,
    { ...ONE_ATTEMPT, OTEL_EXPORTER_OTLP_CERTIFICATE: ca.certFile },
    { mutual: true },
  );
  await agent.untilLogged(/takes no metrics/);
  expect(receiver.received).toEqual([]);
});

test.concurrent('every file that is missing is told at once, and nothing starts', async (t) => {
  const missing = (name: string) => join(folder, 'missing', name);
  const { receiver, agent } = await startCounting(t, {
    OTEL_EXPORTER_OTLP_CERTIFICATE: missing('ca'),
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: missing('cert'),
    OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: missing('key'),
  });
  const { code, stderr } = await agent.ended;
  expect(code).toBe(78);
  expect(stderr.trimEnd().split('\n')).toEqual([
    `OTEL_EXPORTER_OTLP_CERTIFICATE: ${missing('ca')}: no such file`,
    `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: ${missing('cert')}: no such file`,
    `OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: ${missing('key')}: no such file`,
  ]);
  expect(receiver.received).toEqual([]);
});

test.concurrent('a file that holds something else is told, and nothing starts', async (t) => {
  const other = join(folder, 'other.pem');
  writeFileSync(other, 'neither a certificate nor a key\n');
  const { receiver, agent } = await startCounting(t, {
    OTEL_EXPORTER_OTLP_CERTIFICATE: other,
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: client.keyFile,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: client.certFile,
  });
  const { code, stderr } = await agent.ended;
  expect(code).toBe(78);
  expect(stderr.match(/^OTEL\w+: .* in PEM: .*$/gm)).toEqual([
    expect.stringMatching(/^OTEL_EXPORTER_OTLP_CERTIFICATE: .*other\.pem holds no certificate in PEM/),
    expect.stringMatching(/^OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: .*\.key holds no certificate in PEM/),
    expect.stringMatching(
      /^OTEL_EXPORTER_OTLP_CLIENT_KEY: .*\.pem holds no private key without a passphrase in PEM/,
    ),
  ]);
  expect(receiver.received).toEqual([]);
});
