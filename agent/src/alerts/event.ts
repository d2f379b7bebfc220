import type { Inspection } from '../inspect/inspection.js';
import type { AlertChange, Explanation, Severity } from './alert.js';

/** One time that an alert fired. */
export interface AlertEvent {
  /** Unique on this host. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  /** Since when the condition had held, when it fired, and when it ended: milliseconds since 1970. */
  readonly since: number;
  readonly firedAt: number;
  readonly resolvedAt?: number | undefined;
  /** Of the moment when it fired. */
  readonly explanation: Explanation;
  /** Who held the connections then. */
  readonly who?: Inspection | undefined;
}

/** More of the past are forgotten, the oldest first: the file is written anew with each change. */
const MOST_EVENTS = 200;

/** The events after some changes, oldest first. */
export function withChanges(
  events: readonly AlertEvent[],
  changes: readonly AlertChange[],
): readonly AlertEvent[] {
  let after = [...events];
  for (const { rule, severity, kind, time, since, explanation } of changes) {
    if (kind === 'firing') {
      const id = `${rule}-${severity}-${new Date(time).toISOString()}`;
      after.push({ id, rule, severity, since, firedAt: time, explanation });
    } else {
      after = after.map((event) =>
        event.rule === rule && event.severity === severity && event.resolvedAt === undefined
          ? { ...event, resolvedAt: time }
          : event,
      );
    }
  }
  const past = after.filter(isPast);
  const forgotten = new Set(past.slice(0, Math.max(past.length - MOST_EVENTS, 0)));
  return after.filter((event) => !forgotten.has(event));
}

function isPast({ resolvedAt }: AlertEvent): boolean {
  return resolvedAt !== undefined;
}

/** Events of rules that are no more have ended, too. */
export function withoutOrphans(
  events: readonly AlertEvent[],
  isFiring: (event: AlertEvent) => boolean,
  time: number,
): readonly AlertEvent[] {
  return events.map((event) =>
    event.resolvedAt === undefined && !isFiring(event) ? { ...event, resolvedAt: time } : event,
  );
}
