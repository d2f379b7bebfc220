/** Configuration files for tests: real ones, in a folder that goes away with the test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { AgentConfigError } from '../../src/config/error.js';

export const folder = mkdtempSync(join(tmpdir(), 'agent-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file beside the configuration, and returns its path. */
export async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

export type Read = (path: string) => Promise<unknown>;

/** What is said about a file, each mistake as `line:column: message`. Fails where nothing is wrong with it. */
export async function mistakesIn(content: string | Uint8Array, read: Read): Promise<string[]> {
  const file = await write('agent.env.yml', content);
  const error = await read(file).then(
    (value) => expect.unreachable(`accepted as ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!isConfigError(error)) throw error;
  expect(error.problems.length).toBeGreaterThan(0);
  const lines = error.problems.map(({ source, line, column, message }) => {
    expect(source).toBe(file);
    return `${line}:${column}: ${message}`;
  });
  expect(error.message).toBe(lines.map((line) => `${file}:${line}`).join('\n'));
  return lines;
}

/** The agent's tests meet the class of the built package, which is another one than that of the sources. */
export function isConfigError(error: unknown): error is AgentConfigError {
  return error instanceof AgentConfigError || (error instanceof Error && error.name === 'AgentConfigError');
}
