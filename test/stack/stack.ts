import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Connections, type Namespace, openNamespace } from '../support/namespace.js';

/** Where one test's engines run: they share a network of their own and a folder. */
export interface Stack {
  readonly namespace: Namespace;
  readonly folder: string;
}

/** Opens the ground for engines and the connections to count, for this test. */
export async function openStack(connections: Connections = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'stack-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const namespace = await openNamespace(connections);
  onTestFinished(() => namespace.close());
  return { namespace, folder };
}
