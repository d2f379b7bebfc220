/**
 * Complete hours and days in UTC. An hour's readings are those after its begin up to and with its end, and a day's hours
 * likewise, as Prometheus's windows have them (left-open since version 3).
 */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A day with fewer hours is not complete: what it was like is not known. */
export const LEAST_HOURS = 20;

/** As far back as any rule looks: the same weekday of four weeks, and a day to begin with. */
const KEPT_MILLIS = 30 * DAY;

export interface Extremes {
  readonly minimum: number;
  readonly peak: number;
}

export interface Hour extends Extremes {
  /** Milliseconds since 1970: a whole hour. */
  readonly end: number;
  readonly mean: number;
}

export interface Day {
  /** Mean of its quietest hour: a restart of the application, after which a moment's count is 0, hardly changes it. */
  readonly quietest: number;
  readonly peak: number;
}

/** The hour that is not over. */
export interface OpenHour extends Hour {
  readonly readings: number;
}

/** The hours of one signal. */
export interface Hours {
  /** Oldest first; one without a reading is missing. */
  readonly complete: readonly Hour[];
  readonly open: OpenHour | undefined;
}

export const NO_HOURS: Hours = { complete: [], open: undefined };

/** With one more evaluation: what the signal was then, `undefined` where it was not known. */
export function withValue(hours: Hours, time: number, value: number | undefined): Hours {
  const end = Math.ceil(time / HOUR) * HOUR;
  const before = closed(hours, end - HOUR);
  if (value === undefined) return closed(before, time);
  return closed({ complete: before.complete, open: joined(before.open, end, value) }, time);
}

function joined(open: OpenHour | undefined, end: number, value: number): OpenHour {
  if (open === undefined) return { end, readings: 1, minimum: value, mean: value, peak: value };
  const readings = open.readings + 1;
  return {
    end,
    readings,
    minimum: Math.min(open.minimum, value),
    mean: open.mean + (value - open.mean) / readings,
    peak: Math.max(open.peak, value),
  };
}

/** Ends the open hour where it is over at `time`. */
function closed(hours: Hours, time: number): Hours {
  const { open } = hours;
  if (open === undefined || open.end > time) return hours;
  const { readings: _, ...hour } = open;
  return { complete: withHour(hours.complete, hour), open: undefined };
}

function withHour(hours: readonly Hour[], hour: Hour): Hour[] {
  const last = hours.at(-1);
  // The history counts the reading of the border itself to the next hour: after a restart an hour can end twice.
  if (last?.end === hour.end) return [...hours.slice(0, -1), widened(last, hour)];
  const oldest = hour.end - KEPT_MILLIS;
  const first = hours.findIndex(({ end }) => end > oldest);
  return [...(first === -1 ? [] : hours.slice(first)), hour];
}

function widened(hour: Hour, { minimum, peak }: Extremes): Hour {
  return { ...hour, minimum: Math.min(hour.minimum, minimum), peak: Math.max(hour.peak, peak) };
}

/** Looks hours and days up. */
export class Calendar {
  readonly #hours: readonly Hour[];

  /** @param hours oldest first */
  constructor(hours: readonly Hour[]) {
    this.#hours = hours;
  }

  /** The hour that ended at `end`. */
  hour(end: number): Hour | undefined {
    const last = this.#hours.at(-1);
    if (last === undefined || end > last.end) return undefined;
    // Where no hour is missing it is there; else it is later in the list.
    let at = Math.max(0, this.#hours.length - 1 - (last.end - end) / HOUR);
    while ((this.#hours[at] as Hour).end < end) at++;
    return this.#hours[at]?.end === end ? this.#hours[at] : undefined;
  }

  /** The day that begins at `begin`; `undefined` where it is not complete. */
  day(begin: number): Day | undefined {
    let hours = 0;
    let quietest = Number.POSITIVE_INFINITY;
    let peak = Number.NEGATIVE_INFINITY;
    for (let end = begin + HOUR; end <= begin + DAY; end += HOUR) {
      const hour = this.hour(end);
      if (hour === undefined) continue;
      hours++;
      quietest = Math.min(quietest, hour.mean);
      peak = Math.max(peak, hour.peak);
    }
    return hours < LEAST_HOURS ? undefined : { quietest, peak };
  }
}

/** Begin of the day that `time` lies in. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY) * DAY;
}
