import { connectionsByNamespace } from '../connections-by-namespace.js';
import { answer } from './answer.js';
import { textTable } from './text-table.js';

/** Prints the network namespaces of the host and how many established connections each holds. */
export async function inspectNamespaces(proc: string, { json }: { json: boolean }): Promise<void> {
  const namespaces = (await connectionsByNamespace(proc)).map(({ tables, ...shown }) => shown);
  if (json) {
    await answer(`${JSON.stringify({ time: new Date().toISOString(), namespaces }, null, 2)}\n`);
    return;
  }
  const rows = namespaces.map(({ name, pid, process, processes, own, established }) => [
    established,
    own ? `${name} (counted)` : name,
    pid,
    process,
    processes,
  ]);
  await answer(textTable(['established', 'network namespace', 'lowest pid', 'its name', 'processes'], rows));
}
