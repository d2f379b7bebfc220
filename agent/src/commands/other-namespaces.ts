import {
  findNetworkNamespaces,
  type NetworkNamespace,
  readTcpTable,
} from 'opentelemetry-instrumentation-tcp-connections/procfs';

/** Says what stands in other network namespaces of this host, such as containers'; undefined where nothing does. */
export async function otherNamespaces(proc: string): Promise<string | undefined> {
  const others: { namespace: NetworkNamespace; established: number }[] = [];
  for (const namespace of await findNetworkNamespaces(proc)) {
    if (namespace.own) continue;
    const established = await establishedIn(namespace);
    if (established > 0) others.push({ namespace, established });
  }
  const [largest] = others.sort((a, b) => b.established - a.established);
  if (largest === undefined) return undefined;
  const total = others.reduce((sum, { established }) => sum + established, 0);
  const { name, pid } = largest.namespace;
  const where =
    others.length === 1
      ? `another network namespace of this host, ${name} (process ${pid})`
      : `${others.length} other network namespaces of this host, most of them (${largest.established}) in ${name} (process ${pid})`;
  return `Not in these numbers: ${total} established in ${where}. \`namespaces: all\` counts them as well.`;
}

/** A table that is gone with its last process, or was never there, holds nothing. */
async function establishedIn({ tables }: NetworkNamespace): Promise<number> {
  const counts = await Promise.all(
    ['tcp', 'tcp6'].map((table) =>
      readTcpTable(`${tables}/${table}`).then(
        ({ established }) => established,
        () => 0,
      ),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
