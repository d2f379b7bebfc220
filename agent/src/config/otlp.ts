import type { ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';
import type * as z from 'zod';
import { metricsUrl } from './endpoint.js';
import type { FromEnvironment } from './from-environment.js';
import { headersFromEnvironment } from './headers.js';
import {
  type Compression,
  checkProtocol,
  compressionFromEnvironment,
  timeoutFromEnvironment,
  urlFromEnvironment,
} from './otlp-variables.js';
import { proxyFromEnvironment } from './proxy.js';
import type { agentSchema } from './schema.js';
import { type TlsFile, type TlsFiles, tlsFilesFromEnvironment } from './tls-files.js';

/** How metrics are sent over OTLP. */
export interface OtlpConfig {
  /** The URL that metrics are posted to, `/v1/metrics` included. */
  readonly url: string;
  /** Of every request, beside those that the exporter sets itself; no name twice, in whatever case. */
  readonly headers: Readonly<Record<string, string>>;
  /** For one export, the exporter's own retries included. */
  readonly timeoutMillis: number;
  readonly compression: Compression;
  /** URL of the proxy that leads to `url`, where one does. */
  readonly proxy?: string;
  readonly tls: TlsFiles;
}

/** The part of {@link OtlpConfig} that variables give, each with its name. */
export interface OtlpFromEnvironment {
  readonly endpoint: FromEnvironment<string> | undefined;
  readonly headers: ReadonlyMap<string, FromEnvironment<string>>;
  readonly timeout: FromEnvironment<number> | undefined;
  readonly compression: FromEnvironment<Compression> | undefined;
  readonly proxy: FromEnvironment<string> | undefined;
  readonly tls: Partial<Record<keyof TlsFiles, TlsFile>>;
}

type OtlpSection = NonNullable<z.output<typeof agentSchema>['otlp']>;

const DEFAULT_URL = 'http://localhost:4318/v1/metrics';
/** By the OTLP exporter's specification. */
const DEFAULT_TIMEOUT_MILLIS = 10_000;

/** @param endpointCounts whether the file leaves the endpoint to the environment */
export async function otlpFromEnvironment(
  env: NodeJS.ProcessEnv,
  section: OtlpSection,
  endpointCounts: boolean,
  problems: ConfigProblem[],
): Promise<OtlpFromEnvironment> {
  checkProtocol(env, problems);
  const endpoint = endpointCounts ? urlFromEnvironment(env, problems) : undefined;
  return {
    endpoint,
    headers: headersFromEnvironment(env, problems),
    timeout: timeoutFromEnvironment(env, problems),
    compression: compressionFromEnvironment(env, problems),
    proxy: proxyFromEnvironment(urlOf(section, endpoint), env, problems),
    tls: await tlsFilesFromEnvironment(env, problems),
  };
}

/** The file's section wins over the variables. */
export function otlpConfig(section: OtlpSection, environment: OtlpFromEnvironment): OtlpConfig {
  const { endpoint, timeout, compression, proxy, tls } = environment;
  const headers = new Map(Array.from(environment.headers, ([name, { value }]) => [name, value]));
  for (const [name, value] of Object.entries(section.headers ?? {})) {
    headers.delete(name.toLowerCase());
    headers.set(name, value);
  }
  return {
    url: urlOf(section, endpoint),
    headers: Object.fromEntries(headers),
    timeoutMillis: timeout?.value ?? DEFAULT_TIMEOUT_MILLIS,
    compression: compression?.value ?? 'none',
    ...(proxy && { proxy: proxy.value }),
    tls: Object.fromEntries(Object.entries(tls).map(([name, { pem }]) => [name, pem])),
  };
}

function urlOf({ endpoint }: OtlpSection, fromEnvironment: FromEnvironment<string> | undefined): string {
  return endpoint === undefined ? (fromEnvironment?.value ?? DEFAULT_URL) : metricsUrl(endpoint);
}
