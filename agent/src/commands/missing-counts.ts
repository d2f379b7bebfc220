import {
  type AddressFamily,
  netPath,
  readTcpTable,
  TABLE_OF_FAMILY,
} from 'opentelemetry-instrumentation-tcp-connections/procfs';
import type { Point } from '../export/points.js';

/**
 * Says why families have no count, a line each. A collection tells that to the log alone, which OTEL_LOG_LEVEL may
 * have silenced; so the table is asked once more.
 * @param points what one collection gave
 */
export function missingCounts(points: readonly Point[], proc: string): Promise<string[]> {
  const success = new Map(
    points
      .filter(({ name }) => name === 'scout.tcp.scan.success')
      .map(({ attributes, value }) => [attributes['network.type'], value]),
  );
  const families = Object.keys(TABLE_OF_FAMILY) as AddressFamily[];
  return Promise.all(
    families
      // A system other than Linux has no such point at all.
      .filter((family) => process.platform !== 'linux' || success.get(family) === 0)
      .map(async (family) => {
        const path = netPath(proc, TABLE_OF_FAMILY[family]);
        const why = await readTcpTable(path).then(
          () => `${path} could not be read a moment ago, and now it can`,
          (error: Error) => error.message,
        );
        return `no ${family} count: ${why}`;
      }),
  );
}
