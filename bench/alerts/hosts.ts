/** Hosts of all sizes and habits, and what happens on each of them without being an incident. */
import { DAY, HOUR, isWeekend, MINUTE, SECOND, type Span } from '../../test/support/calendar.js';
import type { Randomness } from '../../test/support/randomness.js';
import type { Batch, Habits, Incident } from '../../test/support/simulation/server.js';

/** What a host may have besides its days, nights and weekends. */
export const TRAITS = ['weekly batch', 'daily batch', 'holidays', 'growth', 'deploys'] as const;
export type Trait = (typeof TRAITS)[number];

type Range = readonly [low: number, high: number];

export interface HostKind {
  /** Standard deviation from day to day. */
  readonly noise: number;
  /** Connections at the height of an ordinary weekday. */
  readonly peak: Range;
  /** The daily minimum as a share of the peak. */
  readonly night: Range;
  /** `any`: each trait on three hosts of ten. */
  readonly traits: readonly Trait[] | 'any';
}

export const ANY_PEAK: Range = [30, 20_000];
export const ANY_NIGHT: Range = [0.05, 0.8];

export interface Host {
  readonly habits: Habits;
  readonly events: readonly Incident[];
}

/** A host with what is ordinary on it within a span. */
export function drawHost(
  random: Randomness,
  kind: HostKind,
  span: Span & { readonly stepMillis: number },
): Host {
  const has = (trait: Trait) =>
    kind.traits === 'any' ? random.uniform() < 0.3 : kind.traits.includes(trait);
  const peakHour = random.between(0, 24);
  const habits: Habits = {
    peak: Math.round(random.logBetween(...kind.peak)),
    since: span.from,
    peakHour,
    sharpness: random.logBetween(0.7, 2),
    night: random.between(...kind.night),
    weekend: random.between(0.2, 1),
    dayNoise: kind.noise,
    wanderNoise: random.between(0.02, 0.08),
    wanderMillis: random.logBetween(5, 90) * MINUTE,
    growth: has('growth') ? 0.01 : 0,
    season: random.between(-0.1, 0.1),
    batches: [
      ...(has('weekly batch') ? [weeklyBatch(random, peakHour)] : []),
      ...(has('daily batch') ? [dailyBatch(random, peakHour)] : []),
    ],
    holidays: has('holidays') ? holidays(random, span) : [],
    receivedEach: random.logBetween(300, 10_000),
    transmittedEach: random.logBetween(1_000, 100_000),
    throughputNoise: random.between(0.05, 0.25),
    portUtilization: random.between(0.01, 0.4),
  };
  const restartsADay = has('deploys') ? 0.7 : 0.05;
  return {
    habits,
    events: [
      ...happenings(random, span, restartsADay, (from) => restart(random, from)),
      ...happenings(random, span, 0.1, (from) => ({
        kind: 'gap',
        from,
        to: from + random.between(1, 15) * MINUTE,
      })),
      ...happenings(random, span, 0.2, (from) => ({
        kind: 'failed-scan',
        from,
        to: from + random.between(0.5, 2) * span.stepMillis,
      })),
    ],
  };
}

/** Batches run while those whom the host serves sleep, and are over before the day is in UTC. */
function batch(random: Randomness, peakHour: number, minutes: number): Pick<Batch, 'hour' | 'minutes'> {
  return { hour: Math.min((peakHour + random.between(9, 15)) % 24, 23.9 - minutes / 60), minutes };
}

function weeklyBatch(random: Randomness, peakHour: number): Batch {
  return {
    ...batch(random, peakHour, random.between(60, 240)),
    weekday: Math.floor(random.between(0, 7)),
    size: random.between(1, 2),
  };
}

function dailyBatch(random: Randomness, peakHour: number): Batch {
  return {
    ...batch(random, peakHour, random.between(20, 90)),
    weekday: undefined,
    size: random.between(0.2, 0.8),
  };
}

/** One weekday among each two weeks. */
function holidays(random: Randomness, { from, to }: Span): number[] {
  const found: number[] = [];
  for (let day = Math.floor(from / DAY); day < to / DAY; day += 14) {
    let holiday = day + Math.floor(random.between(0, 14));
    while (isWeekend(holiday)) holiday++;
    found.push(holiday);
  }
  return found;
}

/** Deploys come at any hour: some by hand, some from a pipeline. */
function restart(random: Randomness, from: number): Incident {
  return {
    kind: 'restart',
    from,
    to: from + random.logBetween(5, 180) * SECOND,
    returnMillis: random.logBetween(10, 180) * SECOND,
    rush: random.between(0, 0.3),
  };
}

function happenings(
  random: Randomness,
  { from, to }: Span,
  aDay: number,
  what: (from: number) => Incident,
): Incident[] {
  const found: Incident[] = [];
  const pause = () => (-Math.log(1 - random.uniform()) / aDay) * DAY;
  for (let time = from + pause(); time < to - HOUR; time += pause()) found.push(what(time));
  return found;
}
