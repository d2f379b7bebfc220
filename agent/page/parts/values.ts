/** The charts as a table: each series, its lowest, average and peak. */
import { byId, create, setText } from '../element.js';
import { CHARTS } from '../lines.js';
import { formatValue } from '../numbers.js';
import { moment } from '../times.js';
import { seriesOf, type View } from '../view.js';

export function showValues(view: View): void {
  const rows = CHARTS.flatMap((kind) =>
    seriesOf(view, kind).map(({ look: { label }, summary }) => {
      const { lowest, mean, peak, peakTime } = summary;
      const numbers = [lowest, mean, peak].map((value) => formatValue(value, kind.unit));
      return [`${kind.title}, ${label}`, ...numbers, moment(peakTime, view.now)];
    }),
  );
  const place = byId<HTMLTableSectionElement>('values-rows');
  // Only what changes is written: somebody may be copying a number.
  if (place.rows.length !== rows.length) place.replaceChildren(...rows.map(emptyRow));
  const cells = place.querySelectorAll<HTMLElement>('th, td');
  for (const [index, text] of rows.flat().entries()) setText(cells[index] as HTMLElement, text);
}

function emptyRow(texts: readonly string[]): HTMLElement {
  const row = create('tr');
  row.append(...texts.map((_, column) => create(column === 0 ? 'th' : 'td')));
  row.firstElementChild?.setAttribute('scope', 'row');
  return row;
}
