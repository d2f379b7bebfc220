import { findNetworkNamespaces } from 'opentelemetry-instrumentation-tcp-connections/procfs';

/** Says what stands in other network namespaces of this host, such as containers'; undefined where nothing does. */
export async function otherNamespaces(proc: string): Promise<string | undefined> {
  const others = (await findNetworkNamespaces(proc)).filter(
    ({ own, established }) => !own && established > 0,
  );
  const [largest] = others;
  if (largest === undefined) return undefined;
  const total = others.reduce((sum, { established }) => sum + established, 0);
  const where =
    others.length === 1
      ? `another network namespace of this host, that of process ${largest.pid}`
      : `${others.length} other network namespaces of this host, most of them (${largest.established}) in that of process ${largest.pid}`;
  return `Not in these numbers: ${total} established in ${where}.`;
}
