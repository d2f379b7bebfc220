/** Packs the packages and installs what they are held against, each once for all test files. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { installInto, npm } from './npm.js';
import { GENERATIONS, NODES, NPMS } from './versions.js';

export interface Application {
  readonly sdk: string;
  readonly fromNode: number;
  readonly folder: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Paths of both packed packages. */
    tarballs: { plugin: string; agent: string };
    /** Path of each Node's binary, by its line. */
    nodes: Record<string, string>;
    /** Path of each npm's script, by its line. */
    npms: Record<string, string>;
    /** An application of each SDK generation, with the packed plugin in it. */
    applications: Application[];
    /** An application that has the packed plugin and @opentelemetry/api. */
    bare: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const APPLICATIONS = fileURLToPath(new URL('applications', import.meta.url));

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const plugin = await pack(folder);
    const agent = await pack(folder, '--workspace', 'agent');
    project.provide('tarballs', { plugin, agent });

    const bare = join(folder, 'bare');
    project.provide('bare', bare);
    const [applications] = await Promise.all([
      Promise.all(GENERATIONS.map((generation) => installGeneration(folder, plugin, generation))),
      installTools(project, join(folder, 'tools')),
      installInto(bare, [plugin]).then(() => cp(APPLICATIONS, bare, { recursive: true })),
    ]);
    project.provide('applications', applications);
    return remove;
  } catch (error) {
    await remove();
    throw error;
  }
}

async function pack(folder: string, ...options: string[]): Promise<string> {
  const printed = await npm(['pack', '--json', '--pack-destination', folder, ...options], { cwd: ROOT });
  const packed: { filename: string }[] | Record<string, { filename: string }> = JSON.parse(printed);
  const [{ filename } = { filename: '' }] = Object.values(packed);
  return join(folder, filename);
}

async function installGeneration(
  folder: string,
  plugin: string,
  { sdk, fromNode, packages }: (typeof GENERATIONS)[number],
): Promise<Application> {
  const application = join(folder, `sdk-${sdk}`);
  const versions = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  await installInto(application, [plugin, '@types/node@20', ...versions]);
  await cp(APPLICATIONS, application, { recursive: true });
  return { sdk, fromNode, folder: application };
}

/** Every Node and npm under a name of its own. */
async function installTools(project: TestProject, folder: string): Promise<void> {
  const nodes = Object.entries(NODES).map(([line, version]) => ({ line, name: `node-${line}`, version }));
  const npms = Object.entries(NPMS).map(([line, version]) => ({ line, name: `npm-${line}`, version }));
  await installInto(folder, [
    ...nodes.map(({ name, version }) => `${name}@npm:node-linux-${process.arch}@${version}`),
    ...npms.map(({ name, version }) => `${name}@npm:npm@${version}`),
  ]);
  const pathsOf = (tools: typeof nodes, file: string) =>
    Object.fromEntries(tools.map(({ line, name }) => [line, join(folder, 'node_modules', name, file)]));
  project.provide('nodes', pathsOf(nodes, 'bin/node'));
  project.provide('npms', pathsOf(npms, 'bin/npm-cli.js'));
}
