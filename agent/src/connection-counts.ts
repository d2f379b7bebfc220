import type { Point } from './export/points.js';

/** One number of `system.network.connection.count`. */
export interface ConnectionCount {
  readonly state: string;
  readonly family: string;
  readonly count: number;
}

/** With `namespaces: all` each count says whose it is. */
export function isOwnCount({ name, attributes }: Point): boolean {
  return (
    name === 'system.network.connection.count' && (attributes['scout.network.namespace'] ?? 'own') === 'own'
  );
}

/** The connection counts of the own network namespace among a cycle's points, in the order in which they were observed. */
export function connectionCounts(points: readonly Point[]): ConnectionCount[] {
  return points.filter(isOwnCount).map(({ attributes, value }) => ({
    state: String(attributes['network.connection.state']),
    family: String(attributes['network.type']),
    count: value,
  }));
}

/** The sum over all families. */
export function total(counts: readonly ConnectionCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
