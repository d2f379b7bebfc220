/** How many connections a server has while nothing goes wrong. */
import { DAY, HOUR, hump, isWeekend, MINUTE, type Span, smooth, weekdayOf } from '../calendar.js';
import { mixed, randomness } from '../randomness.js';
import type { Batch, Habits, SimulatedServer } from './server.js';

/** Connections at the height of an ordinary weekday at that time: growth and season, but no noise. */
export function normalPeak({ peak, since, growth, season }: Habits, time: number): number {
  const days = (time - since) / DAY;
  return peak * (1 + growth) ** days * (1 + season * Math.sin((2 * Math.PI * days) / 365));
}

/** How many connections an undisturbed server has, without the noise within a day. */
export function ordinaryLoad(
  { seed, habits }: SimulatedServer,
  { from, to }: Span,
): (time: number) => number {
  const { peakHour, sharpness, night, weekend, holidays, batches } = habits;
  // A day is one of those whom the server serves, and passes into the next about their midnight: its quietest hours and
  // its height have the same level, which is harder to judge than a level that changes slowly.
  const midnight = (peakHour - 14) * HOUR;
  const firstDay = Math.floor((from - midnight) / DAY) - 1;
  const count = Math.ceil((to - midnight) / DAY) + 1 - firstDay;
  const days = Array.from({ length: count }, (_, i) => ordinaryDay(seed, habits, firstDay + i));
  const isQuiet = (day: number) => isWeekend(day) || holidays.includes(day);
  const ofDay = (day: number, shape: number): number => {
    const { level } = days[day - firstDay] as (typeof days)[number];
    const busy = isQuiet(day) ? weekend : 1;
    const quietest = night * (0.5 + 0.5 * busy);
    return level * (quietest + (1 - night) * busy * shape);
  };
  return (time) => {
    const since = (time - midnight) / DAY;
    const day = Math.floor(since);
    const shape = hump((since - day - 14 / 24) * 2 * Math.PI) ** sharpness;
    const hour = (since - day) * 24;
    const other = hour < PASSING ? day - 1 : hour > 24 - PASSING ? day + 1 : day;
    const share = other === day ? 1 : smooth(0.5 + Math.min(hour, 24 - hour) / (2 * PASSING));
    let connections = ofDay(day, shape);
    if (other !== day) connections = connections * share + ofDay(other, shape) * (1 - share);
    const batchDay = Math.floor(time / DAY);
    for (const batch of batches) {
      connections += batchLoad(
        batch,
        days[batchDay - firstDay] as OrdinaryDay,
        time - batchDay * DAY,
        batchDay,
      );
    }
    return normalPeak(habits, time) * connections;
  };
}

/** Hours before midnight, and as many after it. */
const PASSING = 1.5;

interface OrdinaryDay {
  readonly level: number;
  /** How much later than at its time a batch begins. */
  readonly lateMillis: number;
  readonly batchLevel: number;
}

/** Of the day alone, so that any span of the same server has the same days. */
function ordinaryDay(seed: number, { dayNoise }: Habits, day: number): OrdinaryDay {
  const random = randomness(mixed(seed, day), 0);
  return {
    level: Math.exp(dayNoise * random.normal()),
    lateMillis: random.between(0, 5) * MINUTE,
    batchLevel: Math.exp(dayNoise * random.normal()),
  };
}

function batchLoad(
  { weekday, hour, minutes, size }: Batch,
  { lateMillis, batchLevel }: OrdinaryDay,
  timeOfDay: number,
  day: number,
): number {
  if (weekday !== undefined && weekdayOf(day) !== weekday) return 0;
  const since = timeOfDay - hour * HOUR - lateMillis;
  const ramp = Math.min(since, minutes * MINUTE - since) / (5 * MINUTE);
  return ramp <= 0 ? 0 : size * batchLevel * Math.min(1, ramp);
}
