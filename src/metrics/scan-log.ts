import type { DiagLogger } from '@opentelemetry/api';
import type { AddressFamily } from '../procfs/index.js';
import type { FailedScan, FamilyScan } from '../procfs/tcp-scan.js';

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
    tellErrors(
      diag,
      scans.filter((scan) => 'error' in scan).filter(({ family, error }) => changed(family, error.code)),
    );
    for (const scan of scans) {
      if ('error' in scan) continue;
      if (scan.counts.unknown !== undefined) {
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

/** Both tables mostly fail for one reason, and its remedy is worth telling once. */
function tellErrors(diag: DiagLogger, [first, second]: readonly FailedScan[]): void {
  if (first === undefined) return;
  if (second === undefined || second.error.code !== first.error.code) {
    diag.error(`no ${first.family} count: ${first.error.message}`);
    if (second !== undefined) diag.error(`no ${second.family} count: ${second.error.message}`);
  } else {
    diag.error(`no ${first.family} count: ${first.error.message}; ${second.path} fails likewise`);
  }
}
