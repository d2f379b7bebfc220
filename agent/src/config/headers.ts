import type { ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';
import { decodeSide, entriesFromEnvironment } from './entries.js';
import type { FromEnvironment } from './from-environment.js';

/** A token of RFC 9110. */
export const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** What the exporter or Node's client sets by itself; another value would spoil every request. */
export const OWN_HEADER =
  /^(?:connection|content-encoding|content-length|content-type|expect|transfer-encoding)$/i;

/** Field values without the control characters that Node refuses a request for. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export const HEADER_VALUE_FORM = 'must be one line of printable ASCII or Latin-1 characters';

const FORM = 'write name=value, with a comma between two headers: api-key=abc,x-tenant=a%20b';

const PERCENT = 'a plain % is written %25';

/**
 * The headers of OTEL_EXPORTER_OTLP_HEADERS and OTEL_EXPORTER_OTLP_METRICS_HEADERS, by their names in lower case; those of
 * METRICS win. OpenTelemetry's own exporter leaves out what it can't read, without a word.
 */
export function headersFromEnvironment(
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): Map<string, FromEnvironment<string>> {
  const headersOf = (variable: string) =>
    entriesFromEnvironment(env, variable, 'header', readEntry, problems);
  return new Map([
    ...headersOf('OTEL_EXPORTER_OTLP_HEADERS'),
    ...headersOf('OTEL_EXPORTER_OTLP_METRICS_HEADERS'),
  ]);
}

/** @throws an Error that says what is wrong with an entry and repeats no part of it */
function readEntry(entry: string): [name: string, value: string] {
  const [, written = '', encoded = ''] = /^([^=]+)=(.*)$/s.exec(entry) ?? [];
  if (written.trim() === '') {
    const hint = /^\s*[\w-]+\s*:/.test(entry) ? ' (an = in place of the colon)' : '';
    throw new Error(`is not of the form name=value; ${FORM}${hint}`);
  }
  const name = decodeSide(written, PERCENT);
  const value = decodeSide(encoded, PERCENT);
  if (!HEADER_NAME.test(name)) throw new Error(`has a name that no HTTP header can have; ${FORM}`);
  if (OWN_HEADER.test(name)) throw new Error(`is ${name.toLowerCase()}, which the agent sets itself`);
  if (value === '') throw new Error(`has no value; ${FORM}`);
  if (!HEADER_VALUE.test(value)) throw new Error(`has a value that can't be sent; it ${HEADER_VALUE_FORM}`);
  return [name.toLowerCase(), value];
}
