import type { DiagLogger } from '@opentelemetry/api';
import type { AddressFamily } from '../procfs/index.js';
import type { FamilyScan } from '../procfs/tcp-scan.js';

/** Tells the log what the scans of one cycle met. */
export type ScanLog = (scans: readonly FamilyScan[]) => void;

/** Speaks once per change of a table's condition, not once per cycle. */
export function scanLog(diag: DiagLogger): ScanLog {
  const conditions = new Map<AddressFamily, string>();

  /** Remembers the condition; true where it is not what it was. */
  const changed = (family: AddressFamily, condition: string): boolean => {
    const before = conditions.get(family) ?? 'counted';
    conditions.set(family, condition);
    return before !== condition;
  };

  return (scans) => {
    for (const scan of scans) {
      if ('error' in scan) {
        if (changed(scan.family, scan.error.code))
          diag.error(`no ${scan.family} count: ${scan.error.message}`);
      } else if (scan.counts.unknown !== undefined) {
        if (changed(scan.family, 'unknown state')) {
          diag.warn(
            `${scan.path}: rows in states that this version does not know: ${scan.counts.unknown}; the others are exact`,
          );
        }
      } else if (changed(scan.family, 'counted')) {
        diag.info(`${scan.path} is counted again`);
      }
    }
    if (!scans.some((scan) => scan.family === 'ipv6') && changed('ipv6', 'absent')) {
      diag.info('this host has no IPv6 table; ipv4 is counted alone');
    }
  };
}
