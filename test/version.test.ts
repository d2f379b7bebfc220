import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AGENT_VERSION } from '../agent/src/version.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../src/version.js';

const manifest = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

test('the code reports the name and version of its package, and both packages move together', () => {
  const plugin = manifest('../package.json');
  const agent = manifest('../agent/package.json');
  expect({ name: PACKAGE_NAME, version: PACKAGE_VERSION }).toEqual({
    name: plugin.name,
    version: plugin.version,
  });
  expect(AGENT_VERSION).toBe(agent.version);
  expect(agent.version).toBe(plugin.version);
  expect(agent.dependencies[plugin.name]).toBe(`^${plugin.version}`);
});

test('no download address of any registry stands in the lock file', () => {
  const packages: Record<string, { resolved?: string; link?: boolean }> =
    manifest('../package-lock.json').packages;
  const addresses = Object.values(packages).flatMap(({ resolved, link }) =>
    resolved && !link ? [resolved] : [],
  );
  expect(addresses).toEqual([]);
});
