import { formatDuration } from '../config/duration.js';
import { pointsOf } from '../export/points.js';
import type { Health } from './answers.js';
import type { Kept } from './kept.js';
import type { Now } from './now.js';

/** A cycle may be this many intervals late, and a second for a busy host. */
const LATE = 2.5;

/**
 * Whether cycles come in time, the tables could be read in the last one, and the history has it.
 * @param startedAt when the first cycle began, in milliseconds since 1970
 */
export function health(now: Now, kept: Kept, intervalMillis: number, startedAt: number): Health {
  const reasons: string[] = [];
  const silent = Date.now() - (now.last?.cycle.time ?? startedAt);
  if (silent > LATE * intervalMillis + 1_000)
    reasons.push(
      `no cycle for ${Math.round(silent / 1000)} s, though one is due every ${formatDuration(intervalMillis)}`,
    );
  for (const { name, value, attributes } of now.last === undefined ? [] : pointsOf(now.last.metrics)) {
    if (name !== 'scout.tcp.scan.success' || value === 1) continue;
    const namespace = attributes['scout.network.namespace'];
    const where = namespace === undefined || namespace === 'own' ? '' : ` of the namespace ${namespace}`;
    reasons.push(`the table of ${attributes['network.type']} connections${where} could not be read`);
  }
  if (kept.trouble !== undefined) reasons.push(kept.trouble);
  return { healthy: reasons.length === 0, reasons };
}
