import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

export type Engine = 'collector' | 'prometheus' | 'promtool' | 'node_exporter' | 'psutil';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of each engine's binary, and of the folder that Python imports psutil from. */
    engines: Record<Engine, string>;
  }
}

/** Builds what isn't there yet, once for all test files; what can't be built fails the run. */
export default function setup(project: TestProject): void {
  const script = fileURLToPath(new URL('build.sh', import.meta.url));
  const printed = execFileSync('sh', [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const binaries = printed
    .trim()
    .split('\n')
    .map((line) => line.split('=', 2));
  project.provide('engines', Object.fromEntries(binaries));
}
