import type { NamespaceCount } from '../connections-by-namespace.js';
import { oneLine } from './layout.js';
import { column, NARROWEST, table } from './table.js';

/** Network namespaces as lines of at most `width` characters. */
export function namespaceLines(
  namespaces: readonly Omit<NamespaceCount, 'tables'>[],
  width: number,
): string[] {
  const established = column(
    'established',
    namespaces.map(({ established }) => established),
  );
  const processes = column(
    'processes',
    namespaces.map(({ processes }) => processes),
  );
  const names = namespaces.map(
    ({ name, own, process, pid }) => `${name}${own ? ' (counted)' : ''}: ${process}, pid ${pid}`,
  );
  return table(
    [[established, processes], [established]],
    ['network namespace', ...names.map(oneLine)],
    Math.max(width, NARROWEST),
  );
}
