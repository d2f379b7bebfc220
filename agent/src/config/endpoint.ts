/** The path of metrics behind an OTLP/HTTP endpoint, by the OTLP specification. */
const METRICS_PATH = '/v1/metrics';

/** The standard ports: 4317 for OTLP over gRPC, 4318 over HTTP. */
const LOOKS_LIKE_GRPC = /^grpcs?:\/\/|^[^/]*(?:\/\/[^/]*)?:4317(?:\/|$)/;

export const ENDPOINT_FORM = 'must be an http or https URL such as http://localhost:4318';

/**
 * @returns what is wrong with an OTLP/HTTP endpoint and what was probably meant, `undefined` where nothing is
 */
export function endpointProblem(endpoint: string): { message: string; hint: string | undefined } | undefined {
  if (LOOKS_LIKE_GRPC.test(endpoint)) {
    const host = /^(?:\w+:\/\/)?([\w.-]+)(?::\d+)?\/?$/.exec(endpoint)?.[1];
    return {
      message:
        'looks like a gRPC endpoint (grpc:// or port 4317); the agent speaks OTLP over HTTP, port 4318',
      hint: host && `http://${host}:4318`,
    };
  }
  if (URL.canParse(endpoint) && /^https?:\/\//i.test(endpoint)) return undefined;
  return { message: ENDPOINT_FORM, hint: /^[\w.-]+:\d+$/.test(endpoint) ? `http://${endpoint}` : undefined };
}

/** The URL that metrics are posted to; an endpoint that has the path of metrics already stays as it is. */
export function metricsUrl(endpoint: string): string {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(METRICS_PATH) ? path : `${path}${METRICS_PATH}`;
  return url.href;
}

/** A URL as it may be shown: a user, a password and a query can hold a secret. */
export function redactUrl(endpoint: string): string {
  const url = new URL(endpoint);
  const user = url.username || url.password ? '[redacted]@' : '';
  return `${url.protocol}//${user}${url.host}${url.pathname}${url.search ? '?[redacted]' : ''}`;
}
