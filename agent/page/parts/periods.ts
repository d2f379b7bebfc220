/** The buttons of the periods, and what the range is called. */
import { byId, setText } from '../element.js';
import { type Choice, PERIODS, type PeriodName, type Range } from '../period.js';
import { duration, moment, span } from '../times.js';

export function bindPeriods(onChoose: (period: PeriodName) => void, onBack: () => void): void {
  for (const button of buttons())
    button.addEventListener('click', () => onChoose(button.dataset.period as PeriodName));
  byId('back').addEventListener('click', onBack);
}

export function showChoice(choice: Choice, range: Range, now: number): void {
  const period = 'period' in choice ? choice.period : undefined;
  for (const button of buttons())
    button.setAttribute('aria-pressed', String(button.dataset.period === period));
  byId('back').hidden = period !== undefined;
  setText(byId('range'), `${span(range, now)} UTC`);
}

/** Why a period shows less than it is long. */
export function showBegin(choice: Choice, range: Range, begin: number | undefined, now: number): void {
  const note = byId('since');
  const isShort = 'period' in choice && range.to - range.from < PERIODS[choice.period].millis;
  note.hidden = !isShort;
  if (!isShort) return;
  const words = PERIODS[choice.period].words;
  setText(
    note,
    begin === undefined
      ? 'Nothing has been collected yet: the first cycle is on its way.'
      : `The history begins at ${moment(begin, now)} UTC, ${duration(now - begin)} ago. The charts grow with it to ${words}.`,
  );
}

function buttons(): NodeListOf<HTMLButtonElement> {
  return document.querySelectorAll<HTMLButtonElement>('#periods button');
}
