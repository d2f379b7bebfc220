/**
 * What both engines have to judge alike. Most run at 10 s for 25 hours, which hold each hour of the day, over weeks that
 * the history has kept by the hour; what is judged by the day runs over hours alone.
 */
import { drawHost, type HostKind } from '../../bench/alerts/hosts.js';
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
} from '../../bench/alerts/incidents.js';
import { historySpan } from '../../bench/alerts/server-month.js';
import { DAY, HOUR, isWeekend, MINUTE, SECOND, type Span } from '../support/calendar.js';
import { mixed, type Randomness, randomness } from '../support/randomness.js';
import { type Hour, hoursOf } from '../support/simulation/hours.js';
import { type Point, simulate } from '../support/simulation/points.js';
import type { Habits, Incident, SimulatedServer } from '../support/simulation/server.js';

export const STEP = 10 * SECOND;

export type Scenario = TenSeconds | Hourly;

interface Common {
  /** Unique: `flood, seed 1`. */
  readonly name: string;
  readonly seed: number;
}

export interface TenSeconds extends Common {
  readonly kind: 'ten-seconds over 25 h';
  /** Complete hours before the first point; none of a host that is new. */
  hours(): Hour[];
  /** At multiples of `STEP`; what wasn't collected is absent, what couldn't be counted is `undefined`. */
  points(): Point[];
}

export interface Hourly extends Common {
  readonly kind: 'hourly over weeks';
  /** To be judged at the end of each. */
  hours(): Hour[];
}

type Extra = (random: Randomness, habits: Habits, from: number) => readonly Incident[];

interface Pattern {
  readonly name: string;
  readonly host?: Partial<HostKind>;
  readonly habits?: (habits: Habits, judged: Span) => Habits;
  /** How many days the history holds before the first point, by seed; 28 where absent. */
  readonly days?: readonly number[];
  readonly past?: DrawIncident;
  readonly draw?: DrawIncident;
  readonly extra?: Extra;
}

const MIXED: HostKind = { noise: 0.1, peak: [100, 5_000], night: [0.05, 0.8], traits: 'any' };

/** On the day that most of the 25 hours are of. */
const holidayToday = (habits: Habits, { from }: Span): Habits => {
  const day = Math.floor(from / DAY);
  return { ...habits, weekend: 0.3, holidays: [day, day + 1].filter((one) => !isWeekend(one)) };
};

/** Gaps on both sides of five minutes and of an hour, which a firing alert outlives differently. */
const gaps: Extra = (random, _habits, from) =>
  [2, 4.9, 5.2, 30, 75].map((minutes, i) => {
    const begin = from + (i * 150 + random.between(0, 60)) * MINUTE;
    return { kind: 'gap', from: begin, to: begin + minutes * MINUTE };
  });

/** One, two, three and many cycles. */
const failedScans: Extra = (random, _habits, from) =>
  [1, 2, 3, 4, 29, 31, 100].map((cycles, i) => {
    const begin = from + (i * 90 + random.between(0, 60)) * MINUTE;
    return { kind: 'failed-scan', from: begin, to: begin + cycles * STEP };
  });

const anew = (kind: 'restart' | 'reboot'): Extra => {
  return (random, _habits, from) =>
    [0, 1, 2].map((i) => {
      const begin = from + i * 5 * HOUR;
      return {
        kind,
        from: begin,
        to: begin + random.between(10, 400) * SECOND,
        returnMillis: random.between(10, 120) * SECOND,
        rush: random.between(0, 0.5),
      };
    });
};

/** So that what fires is not seen any more while it lasts, and is still there, or not, afterwards. */
const blindDuring = (minutes: number): Extra => {
  return (_random, _habits, from) => [
    { kind: 'gap', from: from + 3 * MINUTE, to: from + (3 + minutes) * MINUTE },
    { kind: 'failed-scan', from: from + (5 + minutes) * MINUTE, to: from + (9 + minutes) * MINUTE },
  ];
};

const TEN_SECONDS: readonly Pattern[] = [
  { name: 'daily and weekly cycles', host: { traits: [] } },
  { name: 'noise of 20 %', host: { traits: [], noise: 0.2 } },
  { name: 'weekly and daily batch', host: { traits: ['weekly batch', 'daily batch'] } },
  { name: 'holiday', host: { traits: ['holidays'] }, habits: holidayToday },
  { name: 'growth', host: { traits: ['growth'] } },
  { name: 'leak of 10 % an hour', draw: fastLeak(0.1) },
  { name: 'leak of 5 % an hour with gaps', draw: fastLeak(0.05), extra: gaps },
  { name: 'legitimate surge', draw: legitimateSurge },
  { name: 'flood', draw: flood },
  { name: 'flood, blind for 4 minutes', draw: flood, extra: blindDuring(4) },
  { name: 'flood, blind for 70 minutes', draw: flood, extra: blindDuring(70) },
  { name: 'idle flood', draw: idleFlood },
  { name: 'SYN flood', draw: synFlood },
  { name: 'heavy transfer out', draw: heavyTransfer },
  { name: 'left half closed', draw: halfClosed },
  { name: 'ports running out', draw: portsRunningOut },
  { name: 'gaps', extra: gaps },
  { name: 'failed scans', extra: failedScans },
  { name: 'restarts', extra: anew('restart') },
  { name: 'reboots', extra: anew('reboot') },
  { name: 'past flood in the baseline', past: flood, draw: flood },
  { name: 'brand-new host', days: [0, 2.4], draw: flood },
  { name: 'quiet host', host: { peak: [2, 30] }, draw: legitimateSurge },
];

const HOURLY: readonly Pattern[] = [
  { name: 'slow leak, minimum at most 0.2', host: { night: [0.05, 0.2] }, draw: slowLeak(0.02) },
  { name: 'slow leak, minimum 0.2 to 0.4', host: { night: [0.2, 0.4] }, draw: slowLeak(0.02) },
  { name: 'slow leak, holidays', host: { traits: ['holidays'] }, draw: slowLeak(0.04) },
  {
    name: 'slow leak, days missing',
    draw: slowLeak(0.04),
    extra: (random, _habits, from) => daysMissing(random, from),
  },
  { name: 'weeks of growth', host: { traits: ['growth', 'weekly batch'] } },
  { name: 'weeks with holidays', host: { traits: ['holidays'], noise: 0.05 } },
  { name: 'weeks after a past leak', past: fastLeak(0.1) },
];

/** From an hour to more than the four that a complete day may miss. */
function daysMissing(random: Randomness, from: number): Incident[] {
  return [1, 3, 4, 5, 6, 30].map((hours, i) => {
    const begin = from - (10 - 3 * i + random.uniform()) * DAY;
    return { kind: 'gap', from: begin, to: begin + hours * HOUR };
  });
}

const SEEDS = [1, 2] as const;

/** 60. */
export const SCENARIOS: readonly Scenario[] = SEEDS.flatMap((seed) => [
  ...TEN_SECONDS.map((pattern) => tenSeconds(pattern, seed)),
  ...HOURLY.map((pattern) => hourly(pattern, seed)),
]);

const IN_CI = [
  'daily and weekly cycles',
  'leak of 10 % an hour',
  'leak of 5 % an hour with gaps',
  'flood',
  'flood, blind for 70 minutes',
  'idle flood',
  'SYN flood',
  'heavy transfer out',
  'failed scans',
  'brand-new host',
  'slow leak, minimum at most 0.2',
  'weeks with holidays',
].map((name) => nameOf({ name }, 1));

/** Twelve that hold each of the engine's paths, in a few minutes. */
export const CI_SCENARIOS: readonly Scenario[] = SCENARIOS.filter(({ name }) => IN_CI.includes(name));

function nameOf({ name }: Pattern, seed: number): string {
  return `${name}, seed ${seed}`;
}

function tenSeconds(pattern: Pattern, seed: number): TenSeconds {
  const drawn = () => {
    const random = randomnessOf(pattern, seed);
    const history = historySpan(random.uniform());
    const from = history.to + Math.floor(random.between(0, 24)) * HOUR;
    const judged = { from, to: from + 25 * HOUR };
    const days = pattern.days?.[seed - 1] ?? 28;
    const incidentFrom = from + random.between(4, 8) * HOUR;
    return {
      server: serverOf(pattern, random, { from: history.from, to: judged.to }, judged, incidentFrom),
      history: { from: from - Math.floor(days * 24) * HOUR, to: from },
      judged,
    };
  };
  return {
    kind: 'ten-seconds over 25 h',
    name: nameOf(pattern, seed),
    seed,
    hours: () => {
      const { server, history } = drawn();
      return [...hoursOf(simulate(server, { ...history, stepMillis: MINUTE }))];
    },
    points: () => {
      const { server, judged } = drawn();
      return [...simulate(server, { ...judged, stepMillis: STEP })];
    },
  };
}

/** Seven weeks; what happens does so in the last three. */
function hourly(pattern: Pattern, seed: number): Hourly {
  return {
    kind: 'hourly over weeks',
    name: nameOf(pattern, seed),
    seed,
    hours: () => {
      const random = randomnessOf(pattern, seed);
      const { from } = historySpan(random.uniform());
      const span = { from, to: from + 49 * DAY };
      const incidentFrom = from + random.between(28, 31) * DAY;
      const server = serverOf(pattern, random, span, span, incidentFrom);
      return [...hoursOf(simulate(server, { ...span, stepMillis: MINUTE }))];
    },
  };
}

function randomnessOf({ name }: Pattern, seed: number): Randomness {
  return randomness(mixed(...[...name].map((letter) => letter.codePointAt(0) as number), seed), 0);
}

/** With the gaps, failed scans and restarts that every host has. */
function serverOf(
  { host, habits: change, past, draw, extra }: Pattern,
  random: Randomness,
  span: Span,
  judged: Span,
  incidentFrom: number,
): SimulatedServer {
  const { habits: drawn, events } = drawHost(random, { ...MIXED, ...host }, { ...span, stepMillis: STEP });
  const habits = change?.(drawn, judged) ?? drawn;
  return {
    seed: Math.floor(random.between(0, 2 ** 31)),
    habits,
    incidents: [
      ...events,
      ...(past?.(random, habits, incidentFrom - random.between(2, 6) * DAY).incidents ?? []),
      ...(draw?.(random, habits, incidentFrom).incidents ?? []),
      ...(extra?.(random, habits, incidentFrom) ?? []),
    ],
  };
}
