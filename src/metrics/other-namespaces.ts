import type { DiagLogger } from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import { findNetworkNamespaces, type NetworkNamespace } from '../procfs/namespaces.js';
import { type FamilyScan, scanTcpTables } from '../procfs/tcp-scan.js';
import { tellOnce } from './told-once.js';

/** Each is two table walks and up to 22 series a cycle. */
const MAX_NAMESPACES = 128;

/** Gives the scans of every other network namespace, with its name. */
export type ScanOthers = (
  options: ResolvedOptions,
  observe: (scan: FamilyScan, namespace: string) => void,
) => Promise<void>;

/**
 * Scans one namespace after the other, because each walk keeps two threads of the pool busy. One whose last process ends
 * meanwhile has no counts.
 */
export function scanOthers(diag: DiagLogger): ScanOthers {
  const attempt = tellOnce(diag, 'count of other network namespaces');
  let toldTooMany = false;
  let toldHidden = false;

  /** Process 1 is always there, and the lowest of its namespace. */
  const tellHidden = (proc: string, found: readonly NetworkNamespace[]): void => {
    const hidden = found.every(({ pid }) => pid !== 1);
    if (hidden && !toldHidden) {
      diag.warn(
        `namespaces: all leaves out what it can't see: ${proc} hides the processes of other users, and with them their ` +
          'network namespaces. In a systemd unit ProtectProc=default below [Service] shows them (sudo systemctl edit ' +
          'UNIT, then restart); where /proc is mounted with hidepid, root sees them',
      );
    }
    toldHidden = hidden;
  };

  const bounded = (others: readonly NetworkNamespace[]): readonly NetworkNamespace[] => {
    const left = others.length - MAX_NAMESPACES;
    if (left > 0 && !toldTooMany) {
      diag.warn(
        `${others.length} other network namespaces: ${left} are not counted, at most ${MAX_NAMESPACES} are`,
      );
    }
    toldTooMany = left > 0;
    return others.slice(0, MAX_NAMESPACES);
  };

  return async ({ proc, loopback, ports }, observe) => {
    const found = await attempt(() => findNetworkNamespaces(proc));
    if (found === undefined) return;
    tellHidden(proc, found);
    for (const { name, tables } of bounded(found.filter(({ own }) => !own))) {
      for (const scan of await scanTcpTables(tables, { loopback, ports })) observe(scan, name);
    }
  };
}
