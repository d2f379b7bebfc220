import {
  findNetworkNamespaces,
  type NetworkNamespace,
  readTcpTable,
  TABLE_OF_FAMILY,
} from 'opentelemetry-instrumentation-tcp-connections/procfs';

/** A network namespace of the host and its established connections, of both families together. */
export interface NamespaceCount extends NetworkNamespace {
  readonly established: number;
}

/** Every network namespace of the host that has a process in it, the one with most connections first. */
export async function connectionsByNamespace(proc: string): Promise<NamespaceCount[]> {
  const counts: NamespaceCount[] = [];
  // One after the other: each keeps two threads of the pool busy.
  for (const namespace of await findNetworkNamespaces(proc)) {
    counts.push({ ...namespace, established: await establishedIn(namespace) });
  }
  return counts.sort((a, b) => b.established - a.established);
}

/** A table that is gone with its last process, or was never there, holds nothing. */
async function establishedIn({ tables }: NetworkNamespace): Promise<number> {
  const counts = await Promise.all(
    Object.values(TABLE_OF_FAMILY).map((table) =>
      readTcpTable(`${tables}/${table}`).then(
        ({ established }) => established,
        () => 0,
      ),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
