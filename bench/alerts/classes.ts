/** The classes of host and of incident that the table has a row for, with what is wanted of each. */
import { DAY, HOUR, isIn, MINUTE, SECOND } from '../../test/support/calendar.js';
import { randomness } from '../../test/support/randomness.js';
import type { Incident } from '../../test/support/simulation/server.js';
import { ANY_NIGHT, ANY_PEAK, drawHost, type HostKind } from './hosts.js';
import {
  type DrawIncident,
  fastLeak,
  flood,
  halfClosed,
  heavyTransfer,
  idleFlood,
  legitimateSurge,
  portsRunningOut,
  slowLeak,
  synFlood,
} from './incidents.js';
import { historySpan, type SeedSet, type ServerMonth, seedOf, type Truth } from './server-month.js';

interface Common {
  readonly host: string;
  readonly kind: HostKind;
  /** What is listed beside the connections. */
  readonly metrics?: readonly string[];
  /** Of which there are messages, where it isn't the channel's default. */
  readonly severities?: readonly string[];
  /** An incident in the last six days before the first judged cycle: it must not spoil the baseline. */
  readonly past?: DrawIncident;
}

/** A month without incident. */
export interface QuietClass extends Common {
  readonly incident?: never;
  /** Mean of false notifications a server-month. */
  readonly atMost?: number;
}

export interface IncidentClass extends Common {
  readonly incident: string;
  readonly draw: DrawIncident;
  /** Judged before it begins: somewhere between. */
  readonly lead: readonly [low: number, high: number];
  /** Judged once it is over. */
  readonly after: number;
  readonly stepMillis: number;
  /** It has to be found so soon after it is at its full; a flood within so many cycles. */
  readonly limitMillis: number;
  /** Share of those found within the limit. */
  readonly atLeast?: number;
}

export type MonthClass = QuietClass | IncidentClass;

/**
 * A month at a cycle of 10 s would take six times as long. A minute is a cycle that the agent is run with, and what the
 * rules make of a quiet month are hourly and five-minute extremes, which grow little with more cycles: noise within the
 * day lasts for minutes. What has to be found within cycles or minutes is judged at the default of 10 s.
 */
const MINUTELY = MINUTE;
const DEFAULT_CYCLE = 10 * SECOND;
const MONTH = 30 * DAY;

const NOISES = [0.05, 0.1, 0.2] as const;

const HOSTS: Readonly<Record<string, Omit<HostKind, 'noise'>>> = {
  'weekends alone': { peak: ANY_PEAK, night: ANY_NIGHT, traits: [] },
  'weekly batch': { peak: ANY_PEAK, night: ANY_NIGHT, traits: ['weekly batch'] },
  'daily batch': { peak: ANY_PEAK, night: ANY_NIGHT, traits: ['daily batch'] },
  holidays: { peak: ANY_PEAK, night: ANY_NIGHT, traits: ['holidays'] },
  'growth of 1 % a day': { peak: ANY_PEAK, night: ANY_NIGHT, traits: ['growth'] },
  deploys: { peak: ANY_PEAK, night: ANY_NIGHT, traits: ['deploys'] },
  'quiet host': { peak: [2, 30], night: ANY_NIGHT, traits: 'any' },
};

const MIXED = { peak: ANY_PEAK, night: ANY_NIGHT, traits: 'any' } as const;

/** The daily minimum as a share of the peak, and within how many days a slow leak has to be found there. */
const MINIMA = [
  { host: 'minimum at most 0.2', night: [0.05, 0.2], days: 8, atLeast: 0.95 },
  { host: 'minimum 0.2 to 0.4', night: [0.2, 0.4], days: 14, atLeast: 0.95 },
  { host: 'minimum 0.4 to 0.8', night: [0.4, 0.8], days: 14, atLeast: undefined },
] as const;

const SHORT = { lead: [3 * HOUR, 5 * HOUR], after: HOUR, stepMillis: DEFAULT_CYCLE } as const;

export const CLASSES: readonly MonthClass[] = [
  ...Object.entries(HOSTS).flatMap(([host, kind]) =>
    NOISES.map((noise) => ({ host, kind: { ...kind, noise }, atMost: noise <= 0.1 ? 0.2 : 1 })),
  ),
  ...NOISES.map((noise) => ({
    host: 'past flood in the baseline',
    kind: { ...MIXED, noise },
    past: flood,
    atMost: noise <= 0.1 ? 0.2 : 1,
  })),
  ...NOISES.flatMap((noise) =>
    (
      [
        { shareAnHour: 0.1, atLeast: 0.98 },
        { shareAnHour: 0.05, atLeast: 0.85 },
      ] as const
    ).map(({ shareAnHour, atLeast }) => ({
      incident: `leak of ${100 * shareAnHour} % an hour`,
      host: 'mixed',
      kind: { ...MIXED, noise },
      draw: fastLeak(shareAnHour),
      lead: [6 * HOUR, 30 * HOUR] as const,
      after: 2 * HOUR,
      stepMillis: MINUTELY,
      limitMillis: 8 * HOUR,
      atLeast,
    })),
  ),
  ...MINIMA.flatMap(({ host, night, days, atLeast }) =>
    NOISES.map((noise) => ({
      incident: 'leak of 2 % a day',
      host,
      kind: { ...MIXED, night, noise },
      draw: slowLeak(0.02),
      lead: [2 * DAY, 4 * DAY] as const,
      after: 0,
      stepMillis: MINUTELY,
      limitMillis: days * DAY,
      ...(atLeast !== undefined && noise <= 0.1 && { atLeast }),
    })),
  ),
  ...NOISES.map((noise) => ({
    ...SHORT,
    incident: 'flood',
    host: 'mixed',
    kind: { ...MIXED, noise },
    draw: flood,
    limitMillis: 3 * DEFAULT_CYCLE,
    atLeast: 0.98,
  })),
  {
    ...SHORT,
    incident: 'flood',
    host: 'past flood in the baseline',
    kind: { ...MIXED, noise: 0.1 },
    past: flood,
    draw: flood,
    limitMillis: 3 * DEFAULT_CYCLE,
    atLeast: 0.98,
  },
  ...(
    [
      { incident: 'idle flood', draw: idleFlood, limitMillis: 15 * MINUTE },
      { incident: 'SYN flood', draw: synFlood, limitMillis: 5 * MINUTE },
      {
        incident: 'heavy transfer out',
        draw: heavyTransfer,
        limitMillis: 45 * MINUTE,
        severities: ['critical', 'warning', 'info'],
      },
      { incident: 'left half closed', draw: halfClosed, limitMillis: 45 * MINUTE },
      {
        incident: 'ports running out',
        draw: portsRunningOut,
        limitMillis: 5 * MINUTE,
        metrics: ['tcp_port_utilization'],
      },
      { incident: 'legitimate surge', draw: legitimateSurge, limitMillis: HOUR },
    ] as const
  ).map((one) => ({ ...SHORT, ...one, host: 'mixed', kind: { ...MIXED, noise: 0.1 } })),
];

/** What stands in front of its row, and what its seeds are drawn from. */
export function nameOf({ incident, host, kind: { noise } }: MonthClass): string {
  return `${incident ?? 'no incident'}, ${host}, noise ${Math.round(100 * noise)} %`;
}

/** One of the months of a class: the same for the same arguments. */
export function serverMonth(of: MonthClass, set: SeedSet, number: number): ServerMonth {
  const seed = seedOf(set, nameOf(of), number);
  const random = randomness(seed, 0);
  const history = historySpan(random.uniform());
  const stepMillis = of.incident === undefined ? MINUTELY : of.stepMillis;
  const from = history.to + (of.incident === undefined ? 0 : Math.floor(random.between(0, 24)) * HOUR);
  const longest = { from: history.from, to: from + MONTH, stepMillis };
  const { habits, events } = drawHost(random, of.kind, longest);
  const past = of.past?.(random, habits, from - random.between(1, 6) * DAY);
  const labelled =
    of.incident === undefined ? undefined : of.draw(random, habits, from + random.between(...of.lead));
  const to = of.incident === undefined || !labelled ? longest.to : labelled.truth.to + of.after;
  const judged = { from, to };
  const ordinary = events.filter((event) => !labelled || !disturbs(event, labelled.truth));
  return {
    server: {
      seed,
      habits,
      incidents: [...ordinary, ...(past?.incidents ?? []), ...(labelled?.incidents ?? [])],
    },
    // What is kept by the hour ends where judging begins.
    history: { from: history.from, to: from },
    judged,
    stepMillis,
    metrics: ['tcp_connections', ...(of.metrics ?? [])],
    severities: of.severities,
    truth: [
      ...(labelled ? [labelled.truth] : []),
      ...ordinary.filter(({ kind, from }) => kind === 'gap' && isIn(from, judged)).map(gap),
    ],
  };
}

/** A restart would end a leak, and nobody could find what wasn't collected. */
function disturbs(event: Incident, truth: Truth): boolean {
  return event.from < truth.to && event.to > truth.from - 10 * MINUTE && event.kind !== 'failed-scan';
}

function gap({ from, to }: Incident): Truth {
  return { kind: 'gap', from, full: from, to };
}
