/** The charts as a table: each series, its lowest, average and peak. */
import { byId, create } from '../element.js';
import { CHARTS } from '../lines.js';
import { formatValue } from '../numbers.js';
import { moment } from '../times.js';
import { seriesOf, type View } from '../view.js';

export function showValues(view: View): void {
  const rows = CHARTS.flatMap((kind) =>
    seriesOf(view, kind).map(({ look: { label }, summary }) => {
      const { lowest, mean, peak, peakTime } = summary;
      const row = create('tr');
      const head = create('th', '', `${kind.title}, ${label}`);
      head.scope = 'row';
      const numbers = [lowest, mean, peak].map((value) => create('td', '', formatValue(value, kind.unit)));
      row.append(head, ...numbers, create('td', '', moment(peakTime, view.now)));
      return row;
    }),
  );
  byId('values-rows').replaceChildren(...rows);
}
