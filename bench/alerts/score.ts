/** What the notifications of one server-month are worth, beside what really happened. */
import { HOUR, MINUTE } from '../../test/support/calendar.js';
import type { MonthClass } from './classes.js';
import {
  type JudgedServer,
  judgedServer,
  type ServerMonth,
  type Truth,
  type TruthKind,
} from './server-month.js';

/** A message that something has begun; what is told again, and that it is over, counts for nothing. */
export interface Notification {
  /** When what it tells of fired: milliseconds since 1970. */
  readonly time: number;
  /** That it names, what explains most first. */
  readonly rules: readonly string[];
}

/** Everything that goes out while a server is judged, in the order of time. */
export type Judge = (server: JudgedServer) => Iterable<Notification>;

export interface Outcome {
  /** The first rule of each notification that nothing explains. */
  readonly falseRules: readonly string[];
  /** How long nothing went wrong. */
  readonly quietMillis: number;
  readonly incident?: IncidentOutcome;
}

export interface IncidentOutcome {
  /** From its full until somebody was told of it by a rule that is about it; `undefined`: never. */
  readonly delayMillis: number | undefined;
  /** The same by the rule that has its name. */
  readonly namedDelayMillis: number | undefined;
  /** Notifications of any rule while it lasted. */
  readonly messages: number;
}

interface Meaning {
  /** The rules that call it by its name. */
  readonly named: readonly string[];
  /** The rules that tell of it under another name. */
  readonly seen: readonly string[];
  /** How long after its end a notification is still explained by it. */
  readonly tailMillis: number;
}

const TOO_MANY = ['above-normal-peak', 'rising-fast'];

const MEANING: Readonly<Record<TruthKind, Meaning>> = {
  'fast leak': {
    named: ['leak-fast'],
    seen: ['leak-slow', 'idle-connections', ...TOO_MANY],
    tailMillis: HOUR,
  },
  'slow leak': {
    named: ['leak-slow'],
    seen: ['leak-fast', 'idle-connections', ...TOO_MANY],
    tailMillis: HOUR,
  },
  flood: { named: ['flood'], seen: TOO_MANY, tailMillis: 10 * MINUTE },
  'idle flood': { named: ['idle-connections'], seen: ['flood', ...TOO_MANY], tailMillis: 10 * MINUTE },
  'SYN flood': { named: ['flood'], seen: [], tailMillis: 10 * MINUTE },
  'heavy transfer': { named: ['heavy-transfer'], seen: [], tailMillis: 10 * MINUTE },
  'half closed': { named: ['half-closed'], seen: [], tailMillis: 10 * MINUTE },
  ports: { named: ['ports-running-out'], seen: [], tailMillis: 10 * MINUTE },
  'legitimate surge': { named: TOO_MANY, seen: ['flood'], tailMillis: 10 * MINUTE },
  gap: { named: ['blind'], seen: [], tailMillis: 2 * MINUTE },
};

export function score(judge: Judge, month: ServerMonth): Outcome {
  const notifications = [...judge(judgedServer(month))];
  const windows = month.truth.map((truth) => ({
    truth,
    from: truth.from,
    to: truth.to + MEANING[truth.kind].tailMillis,
  }));
  const isExplained = ({ time, rules }: Notification) =>
    windows.some(
      ({ truth: { kind }, from, to }) =>
        time >= from && time <= to && (kind !== 'gap' || isAbout(MEANING.gap.named, rules)),
    );
  const incident = windows.find(({ truth }) => truth.kind !== 'gap');
  const judgedMillis = month.judged.to - month.judged.from;
  return {
    falseRules: notifications.filter((one) => !isExplained(one)).map(({ rules: [first] }) => first ?? ''),
    quietMillis: judgedMillis - (incident ? Math.min(incident.to, month.judged.to) - incident.from : 0),
    ...(incident && {
      incident: incidentOutcome(
        incident.truth,
        notifications.filter(({ time }) => time >= incident.from && time <= incident.to),
      ),
    }),
  };
}

function incidentOutcome(truth: Truth, during: readonly Notification[]): IncidentOutcome {
  const { named, seen } = MEANING[truth.kind];
  const delay = (rules: readonly string[]) => {
    const first = during.find((one) => isAbout(rules, one.rules) && one.time <= truth.to);
    return first && Math.max(0, first.time - truth.full);
  };
  return {
    delayMillis: delay([...named, ...seen]),
    namedDelayMillis: delay(named),
    messages: during.length,
  };
}

function isAbout(rules: readonly string[], named: readonly string[]): boolean {
  return named.some((rule) => rules.includes(rule));
}

/** Whether it was found in time: by the third cycle after its full, where the limit is three of them. */
export function isInTime(delayMillis: number | undefined, of: MonthClass): boolean {
  return of.incident !== undefined && delayMillis !== undefined && delayMillis <= of.limitMillis;
}
