import type { ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';
import { type FromEnvironment, firstSet } from './from-environment.js';

/**
 * Reads a variable that holds entries with commas between them; an empty entry is none.
 * @param kind what an entry is called in a problem
 * @param read throws an Error that says what is wrong with an entry and repeats no part of it
 */
export function entriesFromEnvironment(
  env: NodeJS.ProcessEnv,
  variable: string,
  kind: string,
  read: (entry: string) => readonly [name: string, value: string],
  problems: ConfigProblem[],
): Map<string, FromEnvironment<string>> {
  const named = new Map<string, FromEnvironment<string>>();
  const entries = firstSet(env, variable)?.value.split(',') ?? [];
  for (const [index, entry] of entries.entries()) {
    if (entry.trim() === '') continue;
    try {
      const [name, value] = read(entry);
      named.set(name, { variable, value });
    } catch (error) {
      // The entry goes by its number: where a comma is not escaped, even a name can be a part of a secret.
      const which = entries.length === 1 ? `the ${kind}` : `${kind} ${index + 1} of ${entries.length}`;
      problems.push({ source: variable, message: `${which} ${(error as Error).message}` });
    }
  }
  return named;
}

/**
 * Decodes one side of an entry.
 * @throws {Error} with the remedy, and without any part of the text
 */
export function decodeSide(text: string, remedy: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    throw new Error(`holds a % without two hexadecimal digits of UTF-8 behind it; ${remedy}`);
  }
}
