/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY. The proxy knows where collector.test is; this machine does not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { makeCertificates } from '../support/certificates.js';
import { procFolder } from '../support/proc-folder.js';
import { type ForwardProxy, type Manners, startProxy } from '../support/proxy.js';
import { accept, establishedIn, startReceiver } from '../support/receiver.js';
import { startScoutAgent, type Test } from '../support/scout-agent.js';

// These tests wait far more than they work.
vi.setConfig({ maxConcurrency: 20 });

const folder = mkdtempSync(join(tmpdir(), 'scout-proxy-'));
const { ca, strangeCa, server, client } = makeCertificates(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const HTTPS_ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.test:4318' };
const TRUST = { OTEL_EXPORTER_OTLP_CERTIFICATE: ca.certFile };
const ONE_ATTEMPT = { OTEL_EXPORTER_OTLP_TIMEOUT: '900' };

/** @param env of the agent, from the proxy that it may name */
async function startCounting(
  t: Test,
  env: (proxy: ForwardProxy) => Record<string, string>,
  { tls = true, manners }: { tls?: boolean; manners?: Manners } = {},
) {
  const receiver = await startReceiver(t, accept, {
    ...(tls && {
      tls: { key: server.key, cert: server.cert, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
    }),
  });
  const proxy = await startProxy(t, receiver.port, manners);
  const proc = await procFolder(t, { tcp: 12 });
  const agent = await startScoutAgent(t, { config: `proc: ${proc.path}\ninterval: 1s`, env: env(proxy) });
  return { receiver, proxy, agent };
}

test.concurrent.for(['hang', 'drip'] as const)(
  'a proxy that never answers (%s) is told',
  async (manners, t) => {
    const { agent } = await startCounting(
      t,
      ({ url }) => ({ ...HTTPS_ENDPOINT, ...TRUST, ...ONE_ATTEMPT, HTTPS_PROXY: url }),
      { manners },
    );
    await agent.untilLogged(/takes no metrics: the proxy .* does not answer; counting goes on/);
  },
);

test.concurrent.for(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])(
  '%s leads to an https endpoint through a tunnel that the certificates hold in',
  async (variable, t) => {
    const { receiver, proxy } = await startCounting(t, ({ url }) => ({
      ...HTTPS_ENDPOINT,
      ...TRUST,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: client.certFile,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
      [variable]: url,
    }));
    const request = await receiver.untilTaken(3);
    expect(establishedIn(request.body)).toEqual({ ipv4: 12 });
    expect(request.headers.host).toBe('collector.test:4318');
    expect(request.headers).not.toHaveProperty('proxy-authorization');
    expect(request.client).toBe('scout-agent');
    // One tunnel serves all cycles.
    expect(proxy.asked).toEqual(['CONNECT collector.test:4318']);
  },
);

test.concurrent('the name and password in HTTPS_PROXY are for the proxy alone, and not for the log', async (t) => {
  const { receiver, proxy, agent } = await startCounting(t, ({ url }) => ({
    ...HTTPS_ENDPOINT,
    ...TRUST,
    HTTPS_PROXY: url.replace('http://', 'http://us%40er:pa55word@'),
    OTEL_LOG_LEVEL: 'all',
  }));
  const { headers } = await receiver.untilTaken(1);
  expect(proxy.credentials).toEqual([`Basic ${btoa('us@er:pa55word')}`]);
  expect(headers).not.toHaveProperty('proxy-authorization');
  expect((await agent.stop()).stderr).not.toContain('pa55word');
});

test.concurrent('an authority that the endpoint is not signed by is refused behind a proxy too', async (t) => {
  const { receiver, agent } = await startCounting(t, ({ url }) => ({
    ...HTTPS_ENDPOINT,
    ...ONE_ATTEMPT,
    OTEL_EXPORTER_OTLP_CERTIFICATE: strangeCa.certFile,
    HTTPS_PROXY: url,
  }));
  await agent.untilLogged(/takes no metrics: .*certificate/);
  expect(receiver.received).toEqual([]);
});

test.concurrent('HTTP_PROXY leads to an http endpoint', async (t) => {
  const { receiver, proxy, agent } = await startCounting(
    t,
    ({ url }) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.test:4318/?token=pa55word',
      HTTP_PROXY: url.replace('http://', 'us%40er:pa55word@'),
      HTTPS_PROXY: 'http://127.0.0.1:1',
      OTEL_LOG_LEVEL: 'all',
    }),
    { tls: false },
  );
  const { headers, body } = await receiver.untilTaken(3);
  expect(establishedIn(body)).toEqual({ ipv4: 12 });
  expect(headers.host).toBe('collector.test:4318');
  expect(proxy.asked[0]).toBe('POST http://collector.test:4318/v1/metrics?token=pa55word');
  expect(proxy.credentials[0]).toBe(`Basic ${btoa('us@er:pa55word')}`);
  const { stderr } = await agent.stop();
  expect(stderr).toMatch(/through the proxy http:\/\/\[redacted\]@127\.0\.0\.1:\d+\//);
  expect(stderr).not.toContain('pa55word');
});

test.concurrent.for(['collector.test', '.test', '*', 'other.test,collector.test:4318'])(
  'NO_PROXY=%s leads past it',
  async (list, t) => {
    const { receiver, proxy, agent } = await startCounting(t, ({ url }) => ({
      ...HTTPS_ENDPOINT,
      ...ONE_ATTEMPT,
      HTTPS_PROXY: url,
      NO_PROXY: list,
    }));
    await agent.untilLogged(/takes no metrics: .*getaddrinfo .* collector\.test/);
    expect(proxy.asked).toEqual([]);
    expect(receiver.received).toEqual([]);
  },
);

test.concurrent('no proxy leads to this host itself', async (t) => {
  const { path } = await procFolder(t, { tcp: 12 });
  const receiver = await startReceiver(t);
  const proxy = await startProxy(t, receiver.port);
  await startScoutAgent(t, {
    config: `proc: ${path}`,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, HTTP_PROXY: proxy.url, ALL_PROXY: proxy.url },
  });
  await receiver.untilTaken(1);
  expect(proxy.asked).toEqual([]);
});

test.concurrent.for([
  { manners: 407, told: /the proxy http:\/\/127\.0\.0\.1:\d+\/ answers CONNECT with 407/ },
  { manners: 502, told: /answers CONNECT with 502/ },
] as const)('a proxy that answers $manners is told', async ({ manners, told }, t) => {
  const { receiver, agent, proxy } = await startCounting(
    t,
    ({ url }) => ({ ...HTTPS_ENDPOINT, ...TRUST, ...ONE_ATTEMPT, HTTPS_PROXY: url }),
    { manners },
  );
  await agent.untilLogged(/takes no metrics/);
  expect(agent.logged(/takes no metrics/)).toEqual([expect.stringMatching(told)]);
  expect(proxy.asked.length).toBeGreaterThan(0);
  expect(receiver.received).toEqual([]);
});

test.concurrent('a proxy that is not there is told', async (t) => {
  const { agent } = await startCounting(t, () => ({
    ...HTTPS_ENDPOINT,
    ...ONE_ATTEMPT,
    HTTPS_PROXY: 'http://127.5.5.3:1',
  }));
  await agent.untilLogged(/takes no metrics: .*ECONNREFUSED 127\.5\.5\.3:1/);
});

test.concurrent('the tunnel leads to an address of IPv6 too', async (t) => {
  const { proxy, agent } = await startCounting(t, ({ url }) => ({
    ...ONE_ATTEMPT,
    ...TRUST,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://[2001:db8::7]:4318',
    HTTPS_PROXY: url,
  }));
  // The certificate is for another name.
  await agent.untilLogged(/takes no metrics: .*2001:db8::7/);
  expect(proxy.asked[0]).toBe('CONNECT [2001:db8::7]:4318');
});
