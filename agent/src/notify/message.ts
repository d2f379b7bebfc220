/** A notification in words. Every channel shows the same ones. */
import type { Severity } from '../alerts/alert.js';
import { count } from '../alerts/words.js';
import { highest, type Notification, type ToldAlert } from './notification.js';
import { clipped, oneLine } from './plain.js';
import { clock, period, span } from './spans.js';

/** Text in which commands stand in backticks. Nothing in it holds a control character. */
export interface Message {
  readonly id: string;
  readonly kind: Notification['kind'];
  readonly severity: Severity;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** One line that says it all: the subject of a mail. */
  readonly subject: string;
  /** What stands over several sections; absent where one says it all. */
  readonly heading: string | undefined;
  readonly sections: readonly Section[];
  readonly graph: Graph | undefined;
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** How to have quiet; absent where nothing fires any more. */
  readonly quiet: string | undefined;
}

export interface Section {
  readonly title: string;
  /** Sentences. */
  readonly lines: readonly string[];
  /** Who held the connections: the one text that others can have a word in. */
  readonly who: string | undefined;
  /** Commands in backticks first, then sentences. */
  readonly next: readonly string[];
}

export interface Graph {
  readonly points: readonly (readonly [time: number, value: number])[];
  readonly threshold: number | undefined;
}

export interface MessageSettings {
  readonly host: string;
  /** How readers reach the page; `undefined` where they don't. */
  readonly dashboard: string | undefined;
}

const CONNECTIONS = '{connection}';

/** Longer messages are read by nobody, and taken by no chat. */
const MOST_SECTIONS = 10;
const SUBJECT = 200;

export function messageOf(notification: Notification, { host, dashboard }: MessageSettings): Message {
  const name = oneLine(host);
  const { id, kind, severity, time, alerts, still = [] } = notification;
  const firing = alerts.filter(({ endedAt }) => endedAt === undefined);
  const sections = [
    ...alerts.map((alert) => sectionOf(alert, notification, name)),
    ...(still.length === 0 ? [] : [{ ...EMPTY, title: `Still fires: ${still.join(', ')}.` }]),
  ];
  const subject = clipped(subjectOf(notification, name), SUBJECT);
  const left = sections.length - MOST_SECTIONS;
  return {
    id,
    kind,
    severity,
    host: name,
    time,
    subject,
    heading: kind === 'summary' || kind === 'digest' ? `${subject}.` : undefined,
    sections:
      left > 0 ? [...sections.slice(0, MOST_SECTIONS), { ...EMPTY, title: `And ${left} more.` }] : sections,
    graph: graphOf(notification),
    links: [
      ...(dashboard === undefined ? [] : [{ label: 'Dashboard', url: dashboard }]),
      ...runbooksOf(alerts),
    ],
    quiet: firing.length > 0 && kind !== 'test' ? '`scout-agent silence 2h`' : undefined,
  };
}

const EMPTY: Omit<Section, 'title'> = { lines: [], who: undefined, next: [] };

/** The whole message as one paragraph: for a notification on a telephone, and for programs. */
export function paragraph({ heading, sections, links, quiet }: Message): string {
  return [
    ...(heading === undefined ? [] : [heading]),
    ...sections.map(sentences),
    ...(quiet === undefined ? [] : [`Quiet: ${quiet}.`]),
    ...links.map(({ label, url }) => `${label}: ${url}`),
  ].join(' ');
}

function sentences({ title, lines, who, next }: Section): string {
  return [title, ...lines, ...(who === undefined ? [] : [`${who}.`]), ...nextOf(next)].join(' ');
}

/** ``Next: `one`, `another`. A sentence.`` */
export function nextOf(next: readonly string[]): string[] {
  if (next.length === 0) return [];
  const commands = next.filter((step) => step.startsWith('`'));
  const rest = next.filter((step) => !step.startsWith('`'));
  const first = commands.length === 0 ? [] : [`${commands.join(', ')}.`];
  return [`Next: ${[...first, ...rest].join(' ')}`];
}

/** Of the first few rules: more links are followed by nobody. */
function runbooksOf(alerts: readonly ToldAlert[]): Message['links'] {
  const urls = new Map(
    alerts.flatMap(({ rule, runbook }) => (runbook === undefined ? [] : [[rule, runbook]])),
  );
  return [...urls].slice(0, 3).map(([rule, url]) => ({ label: `About ${rule}`, url }));
}

function subjectOf(notification: Notification, host: string): string {
  const { kind, severity, time, alerts, still = [] } = notification;
  switch (kind) {
    case 'firing':
      return `${severity.toUpperCase()} ${host}: ${named(alerts)}`;
    case 'repeat':
      return `STILL ${severity.toUpperCase()} ${host}: ${named(alerts)}`;
    case 'resolved': {
      const over = alerts.map((alert) => `${alert.rule} after ${lasted(alert, time)}`).join(', ');
      return `RESOLVED ${host}: ${over}${still.length === 0 ? '' : `; still fires: ${still.join(', ')}`}`;
    }
    case 'summary':
      return `${howItStands(alerts, host)} (held back in the quiet hours)`;
    case 'digest':
      return `${howItStands(alerts, host)} (could not be sent for a while)`;
    case 'test':
      return `TEST ${host}: a message of scout-agent`;
  }
}

/** `CRITICAL web-3: flood and 1 more still fire, 2 over` */
function howItStands(alerts: readonly ToldAlert[], host: string): string {
  const firing = alerts.filter(({ endedAt }) => endedAt === undefined);
  const over = alerts.length - firing.length;
  const [first] = firing;
  if (first === undefined) return `RESOLVED ${host}: ${over} over`;
  const more = firing.length === 1 ? ' still fires' : ` and ${firing.length - 1} more still fire`;
  const level = highest(firing.map(({ severity }) => severity)).toUpperCase();
  return `${level} ${host}: ${first.rule}${more}${over === 0 ? '' : `, ${over} over`}`;
}

function named(alerts: readonly ToldAlert[]): string {
  const [first, ...rest] = alerts;
  const more = rest.length === 0 ? '' : `; also ${rest.map(({ rule }) => rule).join(', ')}`;
  return oneLine(`${first?.seen ?? ''}${more}`);
}

function lasted({ since, endedAt }: ToldAlert, time: number): string {
  return span((endedAt ?? time) - since);
}

function sectionOf(alert: ToldAlert, { kind, time, graph }: Notification, host: string): Section {
  const seen = oneLine(alert.seen);
  const level = alert.severity.toUpperCase();
  const now = alert.value?.unit === CONNECTIONS ? graph.at(-1)?.[1] : undefined;
  if (kind === 'test')
    return { ...EMPTY, title: `TEST ${host}: ${seen}.`, lines: alert.means.map(oneLine), next: alert.next };
  if (alert.endedAt !== undefined) {
    const over = `${alert.rule} is over after ${lasted(alert, time)} (${period(alert.since, alert.endedAt, time)})`;
    const lead = kind === 'resolved' ? `RESOLVED ${host}: ${over}.` : `${level} ${over}.`;
    const present = kind === 'resolved' && now !== undefined ? [`Now: ${count(now)} connections.`] : [];
    return { ...EMPTY, title: lead, lines: [...present, `It was: ${seen}.`, ...alsoOf(alert)] };
  }
  const since = `since ${clock(alert.since, time)} UTC`;
  const title =
    kind === 'repeat'
      ? `STILL ${level} ${host} after ${lasted(alert, time)}: ${seen}, ${since}.`
      : `${level} ${host}: ${seen}, ${since}.`;
  return {
    title,
    lines: [
      ...(kind === 'repeat' && now !== undefined ? [`Now: ${count(now)} connections.`] : []),
      ...alert.means.map(oneLine),
      ...alsoOf(alert),
    ],
    who: alert.who === undefined ? undefined : oneLine(alert.who),
    next: alert.next.map(oneLine),
  };
}

function alsoOf({ also = [] }: ToldAlert): string[] {
  return also.length === 0 ? [] : [`Also: ${also.join(', ')}.`];
}

function graphOf({ alerts, graph }: Notification): Graph | undefined {
  const judged = alerts.find(({ value }) => value?.unit === CONNECTIONS)?.value;
  if (graph.length < 2 || (judged === undefined && alerts.length > 0)) return undefined;
  return { points: graph, threshold: judged?.threshold };
}
