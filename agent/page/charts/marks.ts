import { byId } from '../element.js';
import type { Frame } from './frame.js';

/** Of the range: a gap that is shorter can't be seen. */
const LEAST_SHARE = 0.002;

/** Names what a chart has beside its lines: of each kind, whether there is one. */
export function showMarks({ hasBands, range, peak, gaps, weekends, firing }: Frame): void {
  const isThere: Record<string, boolean> = {
    band: hasBands,
    peak: peak !== undefined,
    gap: gaps.some(({ from, to }) => to - from > LEAST_SHARE * (range.to - range.from)),
    weekend: weekends.length > 0,
    firing: firing.length > 0,
  };
  for (const item of byId('marks').querySelectorAll('li')) item.hidden = !isThere[item.dataset.mark ?? ''];
}
