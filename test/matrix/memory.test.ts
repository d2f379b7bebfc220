/** What the packed plugin adds to the resident memory of an application: medians over whole processes. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { type Connections, namespaceRefusal, openNamespace } from '../support/namespace.js';
import { cleanEnvironment } from '../support/program.js';
import type { Application } from './setup.js';

const MB = 1_000_000;
const VARIANTS = ['without', 'options', 'file'] as const;
type Variant = (typeof VARIANTS)[number];

const RUNS = 7;

/**
 * V8 sizes its young generation, 1 to 16 MB, by how fast a program allocates, which a loop without pauses would measure;
 * and what its compiler's threads leave behind differs by a megabyte from run to run.
 */
const FLAGS = ['--expose-gc', '--max-semi-space-size=1', '--single-threaded'];

const { folder } = inject('applications').find(({ sdk }) => sdk === '2.x') as Application;

describe.skipIf(namespaceRefusal()).each<{ host: string; connections: Connections; cycles: number }>([
  { host: 'a small host', connections: { ipv4: 60, ipv6: 20 }, cycles: 100 },
  { host: '99,000 rows', connections: { ipv4: 29_700, ipv6: 19_800 }, cycles: 20 },
])('$host', ({ connections, cycles }) => {
  test('at most 3 MB built from options, at most 10 MB built from a file', { timeout: 600_000 }, async () => {
    const namespace = await openNamespace(connections);
    onTestFinished(() => namespace.close());
    const config = await configFile(`metrics:\n  - tcp_connections\nproc: ${namespace.proc}\n`);

    const resident: Record<Variant, number[]> = { without: [], options: [], file: [] };
    for (let i = 0; i < RUNS; i++) {
      for (const variant of VARIANTS) {
        resident[variant].push(await run([String(cycles), variant, namespace.proc], config));
      }
    }
    const added = (variant: Variant) => (median(resident[variant]) - median(resident.without)) / MB;
    console.log(`resident MB added: ${added('options')} from options, ${added('file')} from a file`);
    expect(added('options')).toBeLessThanOrEqual(3);
    expect(added('file')).toBeLessThanOrEqual(10);
  });
});

async function run(args: readonly string[], config: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, 'memory.mjs', ...args], {
    cwd: folder,
    env: cleanEnvironment({ SCOUT_AGENT_CONFIG: config }),
  });
  return Number(stdout);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

async function configFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'memory-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'agent.env.yml');
  await writeFile(file, text);
  return file;
}
