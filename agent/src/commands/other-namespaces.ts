import { connectionsByNamespace } from '../connections-by-namespace.js';

/**
 * Says what stands in other network namespaces of this host, such as containers'; undefined where nothing does.
 * @param counted whether `namespaces: all` is in force
 */
export async function otherNamespaces(proc: string, counted: boolean): Promise<string | undefined> {
  const all = await connectionsByNamespace(proc);
  const others = all.filter(({ own, established }) => !own && established > 0);
  const [largest] = others;
  if (largest === undefined) return undefined;
  const total = others.reduce((sum, { established }) => sum + established, 0);
  const { process, pid, established } = largest;
  const where =
    others.length === 1
      ? `another network namespace of this host, that of ${process} (process ${pid})`
      : `${others.length} other network namespaces of this host, most of them (${established}) in that of ${process} (process ${pid})`;
  const how = counted
    ? '`namespaces: all` counts them apart'
    : '`inspect --namespaces` lists them, `namespaces: all` counts them as well';
  return `Not in these numbers: ${total} established in ${where}. ${how}.`;
}
