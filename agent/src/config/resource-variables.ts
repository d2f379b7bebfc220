import type { ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';
import { decodeSide, entriesFromEnvironment } from './entries.js';
import { type FromEnvironment, firstSet } from './from-environment.js';

const FORM =
  'write key=value, with a comma between two attributes, and a comma, an = or a % in them as %2C, %3D or %25';

/**
 * The resource attributes of OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME, of which the second wins. By the
 * specification one bad entry discards the whole first variable; here it is a mistake.
 */
export function resourceFromEnvironment(
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): Map<string, FromEnvironment<string>> {
  const attributes = entriesFromEnvironment(
    env,
    'OTEL_RESOURCE_ATTRIBUTES',
    'attribute',
    readEntry,
    problems,
  );
  const name = firstSet(env, 'OTEL_SERVICE_NAME');
  if (name !== undefined) attributes.set('service.name', name);
  return attributes;
}

/** @throws an Error that says what is wrong with an entry and repeats no part of it */
function readEntry(entry: string): [key: string, value: string] {
  const [written = '', encoded, ...more] = entry.split('=');
  if (encoded === undefined) throw new Error(`has no =; ${FORM}`);
  if (more.length > 0) throw new Error(`has more than one =; ${FORM}`);
  if (written.trim() === '') throw new Error(`has no key; ${FORM}`);
  return [decodeSide(written, FORM), decodeSide(encoded, FORM)];
}
