import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { History } from '../history/history.js';
import type { Buckets } from '../history/query.js';
import type { Cycle } from '../history/store.js';
import { inspect } from '../inspect/inspection.js';
import type { LocalReader } from '../local-branch.js';
import { log } from '../log.js';
import type { AlertChange, Severity } from './alert.js';
import { LEAST_DAYS } from './baseline.js';
import { alertKey, GAP_MILLIS, type State, step } from './engine.js';
import { type AlertEvent, withChanges, withoutOrphans } from './event.js';
import { HOUR } from './hours.js';
import { type Kept, KeptWriter, readKept } from './kept.js';
import { type Reading, readingOf } from './reading.js';
import { type RuleReport, reportOf } from './report.js';
import type { Rule } from './rule.js';
import { runbookOf } from './runbook.js';
import { HOURS_MILLIS, NAMES, READINGS_MILLIS, seeded } from './seed.js';
import { HOLD_MILLIS } from './signals.js';

/** Whoever tells people what has changed. */
export interface Teller {
  /**
   * Once a cycle and once more when it is known who it was, also where nothing has changed. Returns at once and never
   * throws.
   * @param firing every event that goes on
   * @param graph the last hour of the count, oldest first
   */
  take(firing: readonly AlertEvent[], now: number, graph: Graph): void;
  /** Told first of the silence that was kept, if any: nothing that waits is told before. */
  silence(until: number): void;
  drain(timeoutMillis: number): Promise<void>;
}

export type Graph = readonly (readonly [time: number, value: number])[];

export interface AlertsOptions {
  readonly rules: readonly Rule[];
  readonly intervalMillis: number;
  /** Where what outlives the process is kept. */
  readonly directory: string;
  readonly history: Pick<History, 'buckets'>;
  readonly proc: string;
  readonly loopback: boolean;
  /** How readers reach the dashboard, for a link to what a rule means. */
  readonly url?: string | undefined;
  /** `undefined` where nobody is told. */
  readonly teller?: Teller | undefined;
}

/** How many of each ranking are kept of the moment when an alert fires. */
const TOP = 10;

/** The log and the message name what is worst; the order in which the rules stand is no order of weight. */
const LEVEL: Readonly<Record<Severity, 'info' | 'warn' | 'error'>> = {
  info: 'info',
  warning: 'warn',
  critical: 'error',
};

/** A cycle that does not come has read nothing. */
const NOTHING_READ: Omit<Reading, 'time'> = {
  scans: { ipv4: false },
  gauges: {},
  counters: { received: {}, transmitted: {}, acceptQueueFull: {}, synCookies: {} },
};

/** Judges every cycle, remembers what fired, and passes on what has changed. */
export class Alerts implements LocalReader {
  readonly #options: AlertsOptions;
  readonly #writer: KeptWriter;
  readonly #watchdog: NodeJS.Timeout;
  /** Everything happens one after another, behind the reading of what was kept. */
  #chain: Promise<void>;
  #state: State | undefined;
  #events: readonly AlertEvent[] = [];
  #silencedUntil: number | undefined;
  #learnt: number | undefined;
  /** By the clock that is never set: when a cycle came last. */
  #cycleAt = performance.now();

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#writer = new KeptWriter(options.directory);
    this.#chain = this.#begin();
    this.#watchdog = setInterval(() => this.#watch(), options.intervalMillis).unref();
  }

  take({ time }: Cycle, metrics: ResourceMetrics): void {
    this.#cycleAt = performance.now();
    const reading = readingOf(metrics, time);
    this.#then(() => this.#judge(time, reading));
  }

  async drain(timeoutMillis: number): Promise<void> {
    clearInterval(this.#watchdog);
    await this.#chain;
    await this.#writer.settled();
    await this.#options.teller?.drain(timeoutMillis);
  }

  /** Each rule as it stands; nothing before the history was read. */
  report(): RuleReport[] {
    const { rules, intervalMillis } = this.#options;
    return this.#state === undefined ? [] : reportOf(rules, this.#state, intervalMillis);
  }

  /** What has fired, the oldest first. */
  get events(): readonly AlertEvent[] {
    return this.#events;
  }

  /** Milliseconds since 1970; `undefined` where nobody has asked for silence. */
  get silencedUntil(): number | undefined {
    return this.#silencedUntil;
  }

  /** Nobody is told of anything before `until`; judging goes on. */
  silence(until: number): void {
    this.#silencedUntil = until > Date.now() ? until : undefined;
    this.#options.teller?.silence(until);
    this.#keep();
  }

  #then(act: () => void): void {
    this.#chain = this.#chain.then(act).catch((error) => {
      log.error(`an evaluation of the alerts has failed: ${(error as Error).stack}`);
    });
  }

  async #begin(): Promise<void> {
    const { directory, rules } = this.#options;
    const kept = await readKept(directory);
    const now = Date.now();
    const [hourly, readings] = await Promise.all([
      this.#past(now - HOURS_MILLIS, now, HOURS_MILLIS / HOUR),
      this.#past(now - READINGS_MILLIS, now, 2000),
    ]);
    const known = new Set(rules.map(alertKey));
    const alerts = Object.fromEntries(Object.entries(kept.alerts).filter(([key]) => known.has(key)));
    this.#state = seeded({ ...kept, alerts }, hourly, readings, this.#options.intervalMillis);
    this.#events = withoutOrphans(
      kept.events,
      (event) => alerts[alertKey({ name: event.rule, severity: event.severity })]?.phase === 'firing',
      now,
    );
    this.#silencedUntil = kept.silencedUntil;
    this.#options.teller?.silence(kept.silencedUntil ?? 0);
  }

  /** Without a history the rules learn anew. */
  async #past(from: number, to: number, most: number): Promise<Buckets | undefined> {
    try {
      const answer = await this.#options.history.buckets({ from, to, most, names: NAMES });
      return JSON.parse(Buffer.from(answer).toString());
    } catch {
      return undefined;
    }
  }

  /** Where no cycle comes nobody else would notice. */
  #watch(): void {
    const { intervalMillis } = this.#options;
    if (performance.now() - this.#cycleAt < intervalMillis * 1.5) return;
    const time = Date.now();
    this.#then(() => this.#judge(time, { time, ...NOTHING_READ }));
  }

  #judge(time: number, reading: Reading | undefined): void {
    const { intervalMillis, rules, teller } = this.#options;
    const before = this.#state as State;
    const missed = throughGap(before, rules, time, intervalMillis);
    const outcome = step(missed.state, rules, time, reading, intervalMillis);
    this.#state = outcome.state;
    this.#tellLearning(outcome.state);
    const changes = [...missed.changes, ...outcome.changes].map((change) => this.#withRunbook(change));
    const hasChanged = !isSame(outcome.state, before);
    if (changes.length > 0) this.#events = withChanges(this.#events, changes);
    if (hasChanged) this.#keep();
    for (const change of changes) tellLog(change);
    teller?.take(this.#firing, time, graphOf(outcome.state));
    if (changes.some(({ kind }) => kind === 'firing')) void this.#lookWho(time);
  }

  #withRunbook(change: AlertChange): AlertChange {
    const runbook = runbookOf(change.rule, this.#options.url);
    if (runbook === undefined) return change;
    return { ...change, explanation: { ...change.explanation, runbook } };
  }

  /** They may be gone a moment later. */
  async #lookWho(time: number): Promise<void> {
    const { proc, loopback, teller } = this.#options;
    const who = await inspect({ proc, loopback, state: 'established', top: TOP }).catch(() => undefined);
    if (who === undefined) return;
    this.#then(() => {
      const isNew = ({ firedAt, resolvedAt }: AlertEvent) => firedAt === time && resolvedAt === undefined;
      this.#events = this.#events.map((event) => (isNew(event) ? { ...event, who } : event));
      this.#keep();
      teller?.take(this.#firing, time, graphOf(this.#state as State));
    });
  }

  get #firing(): AlertEvent[] {
    return this.#events.filter(({ resolvedAt }) => resolvedAt === undefined);
  }

  #tellLearning({ baseline }: State): void {
    const { days, value } = baseline.normalPeak.connections;
    const learnt = Math.min(days, LEAST_DAYS);
    if (learnt === this.#learnt) return;
    if (value === undefined) log.info(`alerts: learning what is normal, ${days} of ${LEAST_DAYS} days`);
    else if (this.#learnt !== undefined || days < LEAST_DAYS)
      log.info(`alerts: the normal peak is known, ${Math.round(value)} connections`);
    this.#learnt = learnt;
  }

  #keep(): void {
    if (this.#state === undefined) return;
    const { time, alerts } = this.#state;
    const kept: Kept = { time, alerts, events: this.#events, silencedUntil: this.#silencedUntil };
    this.#writer.write(kept);
  }
}

/** What the evaluations that did not happen would have done, so that a restart is no more than a gap. */
function throughGap(
  before: State,
  rules: readonly Rule[],
  time: number,
  intervalMillis: number,
): { state: State; changes: AlertChange[] } {
  let state = before;
  const changes: AlertChange[] = [];
  if (Object.keys(before.alerts).length === 0 || time - before.time <= HOLD_MILLIS) return { state, changes };
  // After that nothing is left that could change.
  const end = Math.min(time - 1, before.time + GAP_MILLIS + HOLD_MILLIS + intervalMillis);
  for (let at = before.time + intervalMillis; at <= end; at += intervalMillis) {
    const outcome = step(state, rules, at, undefined, intervalMillis);
    state = outcome.state;
    changes.push(...outcome.changes);
  }
  return { state, changes };
}

function isSame({ alerts: a }: State, { alerts: b }: State): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => a[key]?.phase === b[key]?.phase && a[key]?.since === b[key]?.since)
  );
}

function graphOf({ recent }: State): Graph {
  return recent.flatMap(({ time, connections }) =>
    connections === undefined ? [] : [[time, connections] as const],
  );
}

function tellLog({ rule, severity, kind, explanation }: AlertChange): void {
  if (kind === 'resolved') log.info(`alert over: ${rule} (${severity})`);
  else log[LEVEL[severity]](`alert: ${rule} (${severity}): ${explanation.seen}`);
}
