import { byId } from '../element.js';
import type { Frame } from './frame.js';

/** Names what a chart has beside its lines: of each kind, whether there is one. */
export function showMarks({ hasBands, peak, gaps, weekends, firing }: Frame): void {
  const isThere: Record<string, boolean> = {
    band: hasBands,
    peak: peak !== undefined,
    gap: gaps.length > 0,
    weekend: weekends.length > 0,
    firing: firing.length > 0,
  };
  for (const item of byId('marks').querySelectorAll('li')) item.hidden = !isThere[item.dataset.mark ?? ''];
}
