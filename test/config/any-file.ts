// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import fc from 'fast-check';
import { expect } from 'vitest';
import { isConfigError, type Read, write } from './files.js';

/** What YAML and this file are made of, so that generated texts get past the parser's first line. */
const PIECES = [
  'metrics',
  'proc',
  'interval',
  'otlp',
  'endpoint',
  'headers',
  'resource',
  'http://a:4318',
  '10s',
  'tcp_connections',
  'tcp_states',
  '/proc',
  'x',
  '7',
  '__proto__',
  ':',
  ': ',
  '- ',
  '-',
  '? ',
  '\n',
  '\n',
  '\n  ',
  '\n    ',
  '\r\n',
  '\t',
  ' ',
  ' #',
  '[',
  ']',
  '{',
  '}',
  ', ',
  '"',
  "'",
  '&a',
  '*a',
  '!t ',
  '!!map ',
  '|',
  '>-',
  '%YAML 1.2',
  '---',
  '...',
  '<<: ',
  '\\',
  '\\x',
  '~',
  '$',
  '$$',
  '${',
  '${env:HOME}',
  '${env:NOT_SET:-d}',
  '${file:missing}',
  '\0',
  '\uFEFF',
  '\uD800',
  '\u2028',
  'é',
  '€',
] as const;

const yamlLike = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''));
const content = fc.oneof(
  { weight: 3, arbitrary: yamlLike },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

/** Holds that a reader accepts a file or tells its mistakes, each with a place in it, whatever the file holds. */
export async function checkAnyFile(read: Read, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(content, async (bytes) => {
      const file = await write('agent.env.yml', bytes);
      const result: unknown = await read(file).catch((error: unknown) => error);
      if (!(result instanceof Error)) return;
      if (!isConfigError(result)) throw result;
      const lines = Buffer.from(bytes)
        .toString()
        .replace(/^\uFEFF/, '')
        .split(/\r\n|\r|\n/);
      expect(result.problems.length).toBeGreaterThan(0);
      for (const { source, line = 0, column = 0, message } of result.problems) {
        expect(source).toBe(file);
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
        expect(message).not.toBe('');
      }
    }),
    { numRuns },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
}
