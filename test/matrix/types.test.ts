/** The packed plugin's types under TypeScript 7, strict, in applications that have what they need and no more. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { type Outcome, runScript } from './command.js';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

const STRICT = {
  target: 'ES2022',
  lib: ['ES2022'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
};

test('the compiler is TypeScript 7', async () => {
  expect((await runScript(TSC, '--version')).output).toMatch(/^Version 7\./);
});

test.each(inject('applications'))('SDK $sdk takes it as an Instrumentation', async ({ folder }) => {
  // An application of CommonJS modules sees the same declarations by another way.
  await copyFile(join(folder, 'typed.mts'), join(folder, 'typed.cts'));
  // The declarations of older SDKs are not clean themselves.
  const compilerOptions = { ...STRICT, types: ['node'], skipLibCheck: true };
  const outcome = await compile(folder, ['typed.mts', 'typed.cts'], compilerOptions);
  expect(outcome).toEqual({ code: 0, output: '' });
});

test('an application with @opentelemetry/api alone, every declaration checked', async () => {
  const compilerOptions = { ...STRICT, types: [], skipLibCheck: false };
  expect(await compile(inject('bare'), ['bare.mts'], compilerOptions)).toEqual({ code: 0, output: '' });
});

async function compile(folder: string, files: readonly string[], compilerOptions: object): Promise<Outcome> {
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions, files }));
  return runScript(TSC, '--project', project);
}
