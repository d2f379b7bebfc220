/** The numbers on top: how many connections there are, and what they were in the range. */
import { oneLine } from '../../src/notify/plain.js';
import type { Cycle } from '../api.js';
import { byId, create, setText } from '../element.js';
import { keyOf, lookOf, TOTAL_KEY } from '../lines.js';
import { CONNECTIONS, formatValue } from '../numbers.js';
import { moment } from '../times.js';
import { total, type View, valuesOfCycle } from '../view.js';

export function showCurrent(cycle: Cycle, host: string): void {
  const count = valuesOfCycle(cycle).get(TOTAL_KEY);
  const text = count === undefined ? '–' : formatValue(count, CONNECTIONS);
  setText(byId('current'), text);
  const name = oneLine(host);
  document.title = count === undefined ? name : `${text} · ${name}`;
  const families = cycle.series
    .filter((series) => 'network.type' in series.attributes && keyOf(series) !== TOTAL_KEY)
    .map((series) => ({ ...lookOf(series), value: series.value }))
    .sort((a, b) => a.order - b.order)
    .map(({ label, value }) => {
      const item = create('li', '', `${label} `);
      item.append(create('b', '', formatValue(value, CONNECTIONS)));
      return item;
    });
  byId('families').replaceChildren(...families);
}

export function showPeriod({ answer, now }: View): void {
  const summary = total(answer)?.summary;
  const say = (value: number | undefined) => (value === undefined ? '–' : formatValue(value, CONNECTIONS));
  setText(byId('peak'), say(summary?.peak));
  setText(byId('average'), say(summary?.mean));
  setText(byId('lowest'), say(summary?.lowest));
  const peakTime = byId<HTMLTimeElement>('peak-time');
  setText(peakTime, summary === undefined ? '' : `${moment(summary.peakTime, now)} UTC`);
  peakTime.dateTime = summary === undefined ? '' : new Date(summary.peakTime).toISOString();
}
