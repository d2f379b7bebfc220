import { connectionsByNamespace } from '../connections-by-namespace.js';
import { namespaceLines } from '../inspect/namespace-lines.js';
import { answer } from './answer.js';
import { columns } from './columns.js';

/** Prints the network namespaces of the host and how many established connections each holds. */
export async function inspectNamespaces(proc: string, { json }: { json: boolean }): Promise<void> {
  const namespaces = (await connectionsByNamespace(proc)).map(({ tables, ...shown }) => shown);
  if (json) {
    await answer(`${JSON.stringify({ time: new Date().toISOString(), namespaces }, null, 2)}\n`);
    return;
  }
  const lines = namespaceLines(namespaces, columns());
  await answer(lines.map((line) => `${line}\n`).join(''));
}
