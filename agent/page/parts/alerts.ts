/** The rules and how near they are, what has fired, and silence. */

import { SEVERITIES } from '../../src/alerts/alert.js';
import { DEFAULT_ALERTS } from '../../src/alerts/settings.js';
import {
  type ActiveAlert,
  type AlertEvent,
  type AlertsNow,
  ApiError,
  putSilence,
  type RuleReport,
} from '../api.js';
import { now } from '../clock.js';
import { byId, create, setText } from '../element.js';
import { formatValue } from '../numbers.js';
import { moment } from '../times.js';

/** The newest are shown, so many. */
const MOST = 20;

/** What fires stands first. */
const URGENCY = { firing: 0, pending: 1, inactive: 2 } as const;

/** In a word or two at the head of the page. */
export function showActive(alerts: readonly ActiveAlert[] | undefined): void {
  const element = byId('alerts');
  element.hidden = alerts === undefined;
  if (alerts === undefined) return;
  const firing = alerts.filter(({ state }) => state === 'firing');
  element.dataset.state = firing.length === 0 ? 'good' : 'bad';
  const words = firing.length === 1 ? `Alert: ${firing[0]?.rule}` : `${firing.length} alerts fire`;
  setText(byId('show-alerts'), firing.length === 0 ? 'No alert' : words);
}

export function showAlerts(alerts: AlertsNow | undefined): void {
  byId('alerts-details').hidden = alerts === undefined;
  if (alerts === undefined) return;
  const rules = alerts.rules.toSorted((a, b) => URGENCY[a.state] - URGENCY[b.state]);
  byId('rules-rows').replaceChildren(...rules.flatMap(ruleRows));
  const events = alerts.events.toSorted(byNews).slice(0, MOST);
  byId('no-events').hidden = events.length > 0;
  byId('events').replaceChildren(...events.map(eventItem));
  setText(byId('rules'), alerts.configuration);
  const { silencedUntil = 0 } = alerts;
  const isSilent = silencedUntil > now();
  setText(
    byId('silence-words'),
    isSilent ? `Nobody is told of anything until ${moment(silencedUntil, now())} UTC.` : '',
  );
  for (const button of silenceButtons()) button.hidden = (button.dataset.silence === '0') !== isSilent;
}

/** The newest first; of those that came together, the gravest. */
function byNews(a: AlertEvent, b: AlertEvent): number {
  return b.firedAt - a.firedAt || SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
}

/** The words at the head lead to the section. */
export function bindAlerts(): void {
  byId('show-alerts').addEventListener('click', () => {
    const details = byId<HTMLDetailsElement>('alerts-details');
    details.open = true;
    details.scrollIntoView();
    details.querySelector('summary')?.focus();
  });
}

/** @param onAnswer takes what the agent says then */
export function bindSilence(onAnswer: (alerts: AlertsNow) => void): void {
  for (const button of silenceButtons()) {
    button.addEventListener('click', async () => {
      const millis = Number(button.dataset.silence);
      try {
        onAnswer(await putSilence(millis === 0 ? 0 : Math.round(now() + millis)));
        setText(byId('silence-answer'), '');
      } catch (error) {
        setText(
          byId('silence-answer'),
          error instanceof ApiError ? error.message : "The agent doesn't answer.",
        );
      }
    });
  }
}

function silenceButtons(): HTMLButtonElement[] {
  return [...byId('silence').querySelectorAll('button')];
}

/** A row of cells and, because it is long, one of how the threshold came about. */
function ruleRows(report: RuleReport): HTMLElement[] {
  const { rule, severity, state, value, threshold, unit, derivation } = report;
  const row = create('tr');
  const name = create('th', '', `${rule} (${severity})`);
  name.scope = 'row';
  const texts = [standing(report), figure(value, unit), figure(threshold, unit)];
  const cells = texts.map((text) => create('td', '', text));
  if (state !== 'inactive') row.className = state;
  row.append(name, ...cells);
  const why = create('td', '', derivation);
  why.colSpan = 1 + cells.length;
  const below = create('tr', 'derivation');
  below.append(why);
  return [row, below];
}

/** With how near it is, by all that it looks at; 99.6 % isn't called 100 %. */
function standing({ state, nearness }: RuleReport): string {
  if (nearness === undefined) return state;
  const shown = nearness < 1 ? Math.floor(nearness * 100) / 100 : nearness;
  return `${state} (${formatValue(shown, '1')})`;
}

function figure(value: number | undefined, unit: string | undefined): string {
  return value === undefined || unit === undefined ? '' : formatValue(value, unit);
}

function eventItem({ rule, severity, firedAt, resolvedAt, explanation, who }: AlertEvent): HTMLElement {
  const item = create('li');
  item.dataset.severity = severity;
  item.classList.toggle('over', resolvedAt !== undefined);
  const end = resolvedAt === undefined ? 'still firing' : `over at ${moment(resolvedAt, now())}`;
  item.append(
    create('strong', '', `${rule} (${severity})`),
    ` at ${moment(firedAt, now())} UTC, ${end}`,
    create('p', '', [explanation.seen, ...explanation.means].join('. ').replaceAll('..', '.')),
  );
  const holders = who === undefined ? '' : holdersOf(who);
  if (holders !== '') item.append(create('p', '', `Who it was: ${holders}`));
  const next = create('p');
  next.append('Next: ', ...withCode(explanation.next.join(' · ')));
  if (rule in DEFAULT_ALERTS) {
    const link = create('a', '', 'What this means');
    link.href = `runbook-${rule}.html`;
    next.append(' ', link);
  }
  item.append(next);
  return item;
}

/** What stands between backticks is to be typed. */
function withCode(text: string): (string | HTMLElement)[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : create('code', '', part)));
}

/** The first three of each ranking. */
function holdersOf({ networks, localPorts, processes }: NonNullable<AlertEvent['who']>): string {
  const parts = [
    networks.top.slice(0, 3).map(({ network, connections }) => `${network} ${connections}`),
    localPorts.top.slice(0, 3).map(({ port, connections }) => `:${port} ${connections}`),
    processes.top.slice(0, 3).map(({ name, connections }) => `${name} ${connections}`),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join(', '))
    .join(' · ');
}
