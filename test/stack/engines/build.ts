import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

export type Engine =
  | 'collector'
  | 'prometheus'
  | 'promtool'
  | 'rule-replay'
  | 'node_exporter'
  | 'psutil'
  | 'kustomize'
  | 'kubernetes-validate'
  | 'pod-security';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the binary of each engine that was built, and of the folder that Python imports from. */
    engines: Record<Engine, string>;
  }
}

/** For the tests beside this folder: once for all test files. */
export default function setup(project: TestProject): void {
  project.provide('engines', buildEngines('collector', 'prometheus', 'node-exporter', 'psutil'));
}

/**
 * Builds what isn't there yet.
 * @param folders beside this file
 * @throws {Error} where one can't be built
 */
export function buildEngines(...folders: readonly string[]): Record<Engine, string> {
  const script = fileURLToPath(new URL('build.sh', import.meta.url));
  const printed = execFileSync('sh', [script, ...folders], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const binaries = printed
    .trim()
    .split('\n')
    .map((line) => line.split('=', 2));
  return Object.fromEntries(binaries);
}
