import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Every file and package that a built file reaches by static imports, itself included. */
async function staticImports(file: URL, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file.href)) return seen;
  seen.add(file.href);
  const code = await readFile(file, 'utf8');
  for (const [, specifier = ''] of code.matchAll(/^(?:import|export)\b[^;'"]*['"]([^'"]+)['"]/gm)) {
    if (specifier.startsWith('.')) await staticImports(new URL(specifier, file), seen);
    else seen.add(specifier);
  }
  return seen;
}

test('js-yaml and zod are loaded by a file to read, and by nothing before it', async () => {
  const dist = new URL('../../dist/', import.meta.url);
  const entry = await staticImports(new URL('index.js', dist));
  expect(entry).toContain(new URL('config/index.js', dist).href);
  expect(entry).not.toContain('js-yaml');
  expect(entry).not.toContain('zod');
  // The same walk finds them where they are, so it would have found them above.
  const engine = await staticImports(new URL('config/read-options.js', dist));
  expect(engine).toContain('js-yaml');
  expect(engine).toContain('zod');
});
