import { text } from 'node:stream/consumers';
import type { AlertEvent } from '../alerts/event.js';
import { readKept } from '../alerts/kept.js';
import { bytesASecond, count, percent } from '../alerts/words.js';
import type { AgentConfig } from '../config/load.js';
import type { AlertsAnswer } from '../control/alerts-routes.js';
import { wrap } from '../inspect/layout.js';
import { agentPlaces } from './agent-places.js';
import { answer } from './answer.js';
import { askedByThisUser } from './asked-by-this-user.js';
import { columns } from './columns.js';
import { textTable } from './text-table.js';
import { typedFor } from './typed-for.js';

/** How many of the past are shown. */
const LAST = 5;

/**
 * Prints each rule of the running agent, how its threshold came about, and how near it is.
 * @throws {Error} where no agent runs, or it judges nothing
 */
export async function alerts(config: AgentConfig, { json }: { readonly json: boolean }): Promise<void> {
  const answered = await asked(config, '/alerts');
  if (json) await answer(`${JSON.stringify(answered, null, 2)}\n`);
  else await answer(page(answered, config.file));
}

/**
 * What the running agent says of its alerts.
 * @throws {Error} where no agent runs, or it judges nothing
 */
export async function asked(
  config: AgentConfig,
  path: string,
  method: 'GET' | 'PUT' = 'GET',
): Promise<AlertsAnswer> {
  const { socket } = agentPlaces(config);
  const response = await askedByThisUser(socket, path, method);
  if (response === undefined)
    throw new Error(
      `no agent answers at ${socket}; one that does is started by: ${typedFor('run', config.file)}`,
    );
  return JSON.parse(await text(response)) as AlertsAnswer;
}

/** What has fired, from the running agent or else from its file. */
export async function pastEvents(config: AgentConfig): Promise<readonly AlertEvent[]> {
  const { socket, state } = agentPlaces(config);
  const response = await askedByThisUser(socket, '/alerts');
  if (response !== undefined) return (JSON.parse(await text(response)) as AlertsAnswer).events;
  return (await readKept(state)).events;
}

function page({ rules, events, silencedUntil }: AlertsAnswer, file: string | undefined): string {
  const table = textTable(
    ['alert', 'severity', 'state', 'now', 'threshold', 'how near'],
    rules.map((rule) => [
      rule.rule,
      rule.severity,
      rule.state,
      figure(rule.value, rule.unit),
      figure(rule.threshold, rule.unit),
      rule.nearness === undefined ? '' : percent(belowOne(rule.nearness)),
    ]),
  );
  const width = columns();
  const why = rules
    .map((rule) => `${rule.rule} (${rule.severity}): ${rule.derivation}`)
    .flatMap((line) => wrap(line, width));
  const silence =
    silencedUntil !== undefined && silencedUntil > Date.now()
      ? [`Silent until ${iso(silencedUntil)}: ${typedFor('silence off', file)} ends it.`, '']
      : [];
  const past = events
    .slice(-LAST)
    .reverse()
    .flatMap((event) => wrap(eventLine(event), width));
  return [
    ...silence,
    table.trimEnd(),
    '',
    'How the thresholds came about:',
    ...why,
    '',
    ...(past.length === 0 ? ['Nothing has fired yet.'] : ['What has fired last:', ...past]),
    '',
  ].join('\n');
}

/** 99.6 % isn't called 100 %. */
function belowOne(nearness: number): number {
  return nearness < 1 ? Math.floor(nearness * 100) / 100 : nearness;
}

function eventLine({ rule, severity, firedAt, resolvedAt, explanation }: AlertEvent): string {
  const end = resolvedAt === undefined ? 'still firing' : `for ${lasting(resolvedAt - firedAt)}`;
  return `${iso(firedAt)} ${rule} (${severity}), ${end}: ${explanation.seen}`;
}

/** `2h 5m`: the two largest parts. */
export function lasting(millis: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  let rest = Math.max(0, Math.round(millis / 1000) * 1000);
  const parts: string[] = [];
  for (const [name, size] of units) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole}${name}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ') || '0s';
}

function figure(value: number | undefined, unit: string | undefined): string {
  if (value === undefined) return '';
  switch (unit) {
    case '1':
      return percent(value);
    case 'By/s':
      return bytesASecond(value);
    default:
      return count(value);
  }
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}
