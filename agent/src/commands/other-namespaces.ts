import { connectionsByNamespace } from '../connections-by-namespace.js';

/** Says what stands in other network namespaces of this host, such as containers'; undefined where nothing does. */
export async function otherNamespaces(proc: string): Promise<string | undefined> {
  const all = await connectionsByNamespace(proc);
  const others = all.filter(({ own, established }) => !own && established > 0);
  const [largest] = others;
  if (largest === undefined) return undefined;
  const total = others.reduce((sum, { established }) => sum + established, 0);
  const { name, pid, established } = largest;
  const where =
    others.length === 1
      ? `another network namespace of this host, ${name} (process ${pid})`
      : `${others.length} other network namespaces of this host, most of them (${established}) in ${name} (process ${pid})`;
  return `Not in these numbers: ${total} established in ${where}. \`inspect --namespaces\` lists them, \`namespaces: all\` counts them as well.`;
}
