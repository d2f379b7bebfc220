/** The outcomes as Markdown, a row for each class, and what missed its target. */
import { DAY, HOUR, MINUTE, SECOND } from '../../test/support/calendar.js';
import { table } from '../table.js';
import { type IncidentClass, type MonthClass, nameOf, type QuietClass } from './classes.js';
import { type Interval, meanInterval, proportionInterval, quantile } from './intervals.js';
import { isInTime, type Outcome } from './score.js';

export interface Judged<Class extends MonthClass = MonthClass> {
  readonly of: Class;
  readonly outcomes: readonly Outcome[];
}

const MONTH = 30 * DAY;

export function report(all: readonly Judged[]): string {
  const quiet = all.filter(isQuiet);
  const incidents = all.filter((one): one is Judged<IncidentClass> => !isQuiet(one));
  return [
    ...(quiet.length > 0 ? ['Without incident', '', table(QUIET_HEAD, quiet.map(quietRow)), ''] : []),
    ...(incidents.length > 0
      ? ['With an incident', '', table(INCIDENT_HEAD, incidents.map(incidentRow)), '']
      : []),
  ].join('\n');
}

/** Each target that the figure itself doesn't reach, in words. */
export function missedTargets(all: readonly Judged[]): string[] {
  return all.flatMap(({ of, outcomes }) => {
    if (of.incident === undefined) {
      const mean = falseMean(outcomes);
      const isMissed = of.atMost !== undefined && mean > of.atMost;
      return isMissed
        ? [`${nameOf(of)}: ${mean.toFixed(2)} false a month, at most ${of.atMost} is wanted`]
        : [];
    }
    const share = foundInTime({ of, outcomes }) / outcomes.length;
    const isMissed = of.atLeast !== undefined && share < of.atLeast;
    return isMissed
      ? [`${nameOf(of)}: ${percent(share)} found in time, ${percent(of.atLeast)} is wanted`]
      : [];
  });
}

function isQuiet(one: Judged): one is Judged<QuietClass> {
  return one.of.incident === undefined;
}

const QUIET_HEAD = [
  'host',
  'noise',
  'months',
  'false a month',
  '95 %',
  'wanted',
  'months with any',
  'of which',
];

function quietRow({ of, outcomes }: Judged<QuietClass>): string[] {
  const counts = outcomes.map(({ falseRules }) => falseRules.length);
  return [
    of.host,
    percent(of.kind.noise),
    String(outcomes.length),
    falseMean(outcomes).toFixed(2),
    interval(meanInterval(counts), (value) => value.toFixed(2)),
    of.atMost === undefined ? '' : `≤ ${of.atMost}`,
    percent(counts.filter((count) => count > 0).length / counts.length),
    byRule(outcomes),
  ];
}

const INCIDENT_HEAD = [
  'incident',
  'host',
  'noise',
  'months',
  'within',
  'found',
  '95 %',
  'wanted',
  'by its name',
  'delay: median',
  'p90',
  'messages',
  'false a month',
];

function incidentRow(one: Judged<IncidentClass>): string[] {
  const { of, outcomes } = one;
  const found = foundInTime(one);
  const named = outcomes.filter(({ incident }) => isInTime(incident?.namedDelayMillis, of)).length;
  const delays = outcomes.flatMap(({ incident }) => incident?.delayMillis ?? []);
  const messages = outcomes.reduce((sum, { incident }) => sum + (incident?.messages ?? 0), 0);
  return [
    of.incident,
    of.host,
    percent(of.kind.noise),
    String(outcomes.length),
    duration(of.limitMillis),
    percent(found / outcomes.length),
    interval(proportionInterval(found, outcomes.length), percent),
    of.atLeast === undefined ? '' : `≥ ${percent(of.atLeast)}`,
    percent(named / outcomes.length),
    duration(quantile(delays, 0.5)),
    duration(quantile(delays, 0.9)),
    (messages / outcomes.length).toFixed(1),
    falseMean(outcomes).toFixed(2),
  ];
}

function foundInTime({ of, outcomes }: Judged<MonthClass>): number {
  return outcomes.filter(({ incident }) => isInTime(incident?.delayMillis, of)).length;
}

/** In a month of 30 days in which nothing goes wrong. */
function falseMean(outcomes: readonly Outcome[]): number {
  const months = outcomes.reduce((sum, { quietMillis }) => sum + quietMillis, 0) / MONTH;
  return outcomes.reduce((sum, { falseRules }) => sum + falseRules.length, 0) / months;
}

/** `above-normal-peak 12, leak-fast 3`, the most frequent first. */
function byRule(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const rule of outcomes.flatMap(({ falseRules }) => falseRules)) {
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([rule, count]) => `${rule} ${count}`)
    .join(', ');
}

function interval([low, high]: Interval, text: (value: number) => string): string {
  return `${text(low)} to ${text(high)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.9 && share < 1 ? 1 : 0)} %`;
}

const UNITS = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
] as const;

function duration(millis: number): string {
  if (Number.isNaN(millis)) return '';
  const [length, unit] = UNITS.find(([length]) => millis >= 2 * length) ?? [SECOND, 's'];
  const value = millis / length;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`;
}
