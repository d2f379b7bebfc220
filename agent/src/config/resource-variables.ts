import type { ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';
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
  const attributes = new Map<string, FromEnvironment<string>>();
  const variable = 'OTEL_RESOURCE_ATTRIBUTES';
  const entries = firstSet(env, variable)?.value.split(',') ?? [];
  for (const [index, entry] of entries.entries()) {
    if (entry.trim() === '') continue;
    try {
      const { key, value } = readEntry(entry);
      attributes.set(key, { variable, value });
    } catch (error) {
      // By its number, since nobody knows what the value was meant to be.
      const which = entries.length === 1 ? 'the attribute' : `attribute ${index + 1} of ${entries.length}`;
      problems.push({ source: variable, message: `${which} ${(error as Error).message}; ${FORM}` });
    }
  }
  const name = firstSet(env, 'OTEL_SERVICE_NAME');
  if (name !== undefined) attributes.set('service.name', name);
  return attributes;
}

/** @throws an Error that says what is wrong with an entry and repeats no part of it */
function readEntry(entry: string): { key: string; value: string } {
  const [written = '', encoded, ...more] = entry.split('=');
  if (encoded === undefined) throw new Error('has no =');
  if (more.length > 0) throw new Error('has more than one =');
  if (written.trim() === '') throw new Error('has no key');
  return { key: decode(written), value: decode(encoded) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    throw new Error('holds a % without two hexadecimal digits of UTF-8 behind it');
  }
}
