import type { ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';
import { type FromEnvironment, firstSet } from './from-environment.js';
import { isExempt } from './no-proxy.js';

const FORM = 'must be the URL of an HTTP proxy such as http://proxy.example.net:3128';

const ENCODED = 'in a name and a password @ is written %40, : %3A, / %2F, # %23 and % %25';

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names for a URL, but for NO_PROXY and this host itself, to which no
 * proxy leads. Each counts in lower case too, and there first.
 */
export function proxyFromEnvironment(
  target: string,
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): FromEnvironment<string> | undefined {
  const url = new URL(target);
  const own = `${url.protocol.slice(0, -1)}_proxy`;
  const set = firstSet(env, own, own.toUpperCase(), 'all_proxy', 'ALL_PROXY');
  if (set === undefined || isLoopback(url.hostname)) return undefined;
  if (isExempt(url, firstSet(env, 'no_proxy', 'NO_PROXY')?.value ?? '')) return undefined;
  // Without a scheme it is http, whatever the variable is for: so curl, Go and Python have it.
  const value = set.value.includes('://') ? set.value : `http://${set.value}`;
  const message = proxyProblem(value);
  if (message === undefined) return { variable: set.variable, value };
  // The same variable may lead to several.
  if (!problems.some(({ source }) => source === set.variable))
    problems.push({ source: set.variable, message });
  return undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname);
}

/** What is wrong with a proxy's URL, without any part of it: it may hold a password. */
function proxyProblem(text: string): string | undefined {
  if (/^socks/i.test(text)) return `${FORM}; SOCKS is not spoken`;
  if (!/^https?:\/\//i.test(text)) return FORM;
  if (!URL.canParse(text)) return text.includes('@') ? `${FORM}; ${ENCODED}` : FORM;
  const { username, password, pathname, search, hash } = new URL(text);
  if (pathname !== '/' || search !== '' || hash !== '') {
    return `${FORM}, with nothing behind the port; a PAC file is not read${text.includes('@') ? `, and ${ENCODED}` : ''}`;
  }
  try {
    decodeURIComponent(username + password);
    return undefined;
  } catch {
    return `${FORM}; ${ENCODED}`;
  }
}
