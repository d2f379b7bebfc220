/** The path of metrics behind an OTLP/HTTP endpoint, by the OTLP specification. */
const METRICS_PATH = '/v1/metrics';

/** The standard ports: 4317 for OTLP over gRPC, 4318 over HTTP. */
const LOOKS_LIKE_GRPC = /^grpcs?:\/\/|^[^/]*(?:\/\/[^/]*)?:4317(?:\/|$)/;

const GRPC = 'looks like a gRPC endpoint (grpc:// or port 4317); the agent speaks OTLP over HTTP, port 4318';

export const ENDPOINT_FORM = 'must be an http or https URL such as http://localhost:4318';

const NOT_PARSED =
  'is not a whole URL: its port is above 65535, or it holds a space or another character that must be written as %XX';

/**
 * @returns what is wrong with an OTLP/HTTP endpoint and what was probably meant, `undefined` where nothing is
 */
export function endpointProblem(endpoint: string): { message: string; hint: string | undefined } | undefined {
  const isGrpc = LOOKS_LIKE_GRPC.test(endpoint);
  const hasScheme = /^https?:\/\/./i.test(endpoint);
  if (!isGrpc && hasScheme && URL.canParse(endpoint)) return undefined;
  const quotes = /^["']/.test(endpoint) ? ', without quotes' : '';
  const message = hasScheme ? NOT_PARSED : `${ENDPOINT_FORM}${quotes}`;
  return { message: isGrpc ? GRPC : message, hint: probableEndpoint(endpoint, isGrpc) };
}

/** The same host with the scheme and the port of OTLP/HTTP; none where more than a host and a port is given. */
function probableEndpoint(endpoint: string, isGrpc: boolean): string | undefined {
  const match = /^(https:|http:|grpcs?:)?(?:\/\/)?([A-Za-z][\w.-]*)(:\d+)?\/?$/.exec(endpoint);
  if (match === null) return undefined;
  const [, scheme, host, port] = match;
  const meant = `${scheme === 'https:' ? 'https' : 'http'}://${host}${isGrpc ? ':4318' : (port ?? ':4318')}`;
  return URL.canParse(meant) ? meant : undefined;
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
