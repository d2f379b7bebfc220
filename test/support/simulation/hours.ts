/** What the history keeps of simulated points. */
import { HOUR } from '../calendar.js';
import type { Point } from './points.js';

/** What the history keeps of an hour in UTC. Hours in which nothing was collected are absent. */
export interface Hour {
  /** When it begins. */
  readonly time: number;
  readonly established: HourlyValue | undefined;
  readonly receivedPerSecond: HourlyValue;
  readonly transmittedPerSecond: HourlyValue;
}

export interface HourlyValue {
  readonly min: number;
  readonly mean: number;
  readonly peak: number;
}

/** The hours of points in the order of time, each as soon as it is over. */
export function* hoursOf(points: Iterable<Point>): Generator<Hour> {
  let open: { time: number; established: Range; received: Range; transmitted: Range } | undefined;
  for (const { time, established, receivedPerSecond, transmittedPerSecond } of points) {
    const hour = time - (time % HOUR);
    if (open?.time !== hour) {
      if (open) yield closed(open);
      open = { time: hour, established: new Range(), received: new Range(), transmitted: new Range() };
    }
    if (established !== undefined) open.established.add(established);
    open.received.add(receivedPerSecond);
    open.transmitted.add(transmittedPerSecond);
  }
  if (open) yield closed(open);
}

function closed({
  time,
  established,
  received,
  transmitted,
}: {
  time: number;
  established: Range;
  received: Range;
  transmitted: Range;
}): Hour {
  return {
    time,
    established: established.count === 0 ? undefined : established.value(),
    receivedPerSecond: received.value(),
    transmittedPerSecond: transmitted.value(),
  };
}

class Range {
  count = 0;
  #min = Number.POSITIVE_INFINITY;
  #sum = 0;
  #peak = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    this.count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#peak) this.#peak = value;
  }

  value(): HourlyValue {
    return { min: this.#min, mean: this.#sum / this.count, peak: this.#peak };
  }
}
