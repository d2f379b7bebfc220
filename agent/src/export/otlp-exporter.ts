import { type Agent as HttpAgent, Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { getProxyForUrl } from 'proxy-from-env';
import type { OtlpConfig } from '../config/load.js';
import { type TlsFiles, tlsFilesFromEnvironment } from './tls-files.js';

/**
 * The exporter's timeout begins with the connection, and where not even a refusal comes back, the kernel tries for two
 * minutes. Longer than the usual interval, because a connection that is idle for so long is closed.
 */
const CONNECT_MILLIS = 15_000;

/** Sends to one endpoint with the file's headers; the exporter itself reads headers, compression and timeout from OTEL_*. */
export async function createOtlpExporter({ url, headers }: OtlpConfig): Promise<PushMetricExporter> {
  const tls = await tlsFilesFromEnvironment(process.env);
  const proxy = proxyFor(url);
  return new OTLPMetricExporter({
    url,
    ...(headers && { headers: { ...headers } }),
    httpAgentOptions: () => createHttpAgent(url, proxy, tls),
  });
}

/** HTTPS_PROXY, HTTP_PROXY and ALL_PROXY but for NO_PROXY and this host itself, to which no proxy leads. */
function proxyFor(url: string): string {
  const { hostname } = new URL(url);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return isLoopback ? '' : getProxyForUrl(url);
}

/** Node 20 knows no proxy variables; the code for them is loaded only where one applies. */
async function createHttpAgent(url: string, proxy: string, tls: TlsFiles): Promise<HttpAgent> {
  const options = { keepAlive: true, timeout: CONNECT_MILLIS, ...tls };
  const isTls = url.startsWith('https:');
  if (proxy === '') return isTls ? new TlsAgent(options) : new PlainAgent(options);
  if (isTls) {
    const { TunnelAgent } = await import('./tunnel-agent.js');
    return new TunnelAgent(proxy, options);
  }
  const { HttpProxyAgent } = await import('http-proxy-agent');
  return new HttpProxyAgent(proxy, { keepAlive: true });
}
