/**
 * What one channel is told, and when: grouped, not too often, not in quiet hours. Pure, so that a table of times tests it;
 * its state outlives the process, so that a restart neither repeats nor forgets.
 */
import * as z from 'zod';
import { SEVERITIES, type Severity } from '../alerts/alert.js';
import type { QuietHours } from '../config/notify.js';
import { alertSchema, highest, type Notification, type ToldAlert } from './notification.js';
import { isWithin } from './quiet-hours.js';

/** What changes within this time is one message: two cycles of the default interval. */
export const GROUP_MILLIS = 20_000;

/**
 * One thing sets off its rules one after another: those that come within this time after a message of their family wait for
 * one more, unless they are graver.
 */
export const UPDATE_MILLIS = 600_000;

const itemSchema = z.object({
  /** Has `endedAt` where it is over. */
  alert: alertSchema,
  /** When a message last said that it fires; absent where none has. */
  toldAt: z.number().optional(),
  /** Whether quiet hours keep something of it back. */
  held: z.boolean(),
});
type Item = Readonly<z.infer<typeof itemSchema>>;

export const stageSchema = z.object({
  /** What fires, and what was told and is over while others of its family go on; by {@link keyOf}. */
  items: z.record(z.string(), itemSchema),
  /** When each was last told to begin. */
  begun: z.record(z.string(), z.number()),
});
export type StageState = Readonly<z.infer<typeof stageSchema>>;

export const NEW_STAGE: StageState = { items: {}, begun: {} };

export interface StageSettings {
  readonly cooldownMillis: number;
  readonly repeatMillis: number | undefined;
  readonly quietHours: QuietHours | undefined;
  /** Nothing is told before this time. */
  readonly silencedUntil: number | undefined;
}

/** What is to be told. */
export type Told = Pick<Notification, 'kind' | 'severity' | 'time' | 'alerts' | 'still'>;

/** Rules that one thing sets off together, what explains more before what it explains. */
const CHAIN = ['flood', 'idle-connections', 'leak-fast', 'leak-slow', 'above-normal-peak', 'rising-fast'];

/** Of these, what goes on for days, so that the end of what came beside it is not to wait for theirs. */
const LEAKS = ['leak-fast', 'leak-slow'];

/** @param firing all that fires now and goes this way, as it was when it began to fire */
export function step(
  before: StageState,
  firing: readonly ToldAlert[],
  now: number,
  { cooldownMillis, repeatMillis, quietHours, silencedUntil }: StageSettings,
): { state: StageState; told: Told[] } {
  let items = synchronized(before.items, firing, now);
  const begun = cooling(before.begun, now, cooldownMillis);
  const told: Told[] = [];
  const tell = (kind: Told['kind'], alerts: ToldAlert[], still: readonly Item[] = []) =>
    told.push({
      kind,
      severity: highest(alerts.map(({ severity }) => severity)),
      time: now,
      alerts,
      ...(still.length === 0 ? {} : { still: namesOf(still) }),
    });

  if (silencedUntil === undefined || now >= silencedUntil) {
    const isQuiet = quietHours !== undefined && isWithin(quietHours, now);
    const isKept = (of: readonly Item[]) =>
      isQuiet && highest(of.map(({ alert }) => alert.severity)) !== 'critical';
    const isRipe = (time: number) => now - time >= GROUP_MILLIS;

    const all = Object.values(items);
    const families = [...familiesOf(items).values()];
    const isOver = (family: readonly Item[]) => family.every(isEnded);
    const isKnownBy = (item: Item) => (other: Item) => isTold(other) && explains(other.alert, item.alert);
    const isNew = (item: Item) => begun[keyOf(item.alert)] === undefined && !all.some(isKnownBy(item));
    // What is over before a message has said that it fires is told once, as over.
    const over = families.filter((family) => isOver(family) && (family.some(isTold) || family.some(isNew)));
    const beginning = all
      .sort((a, b) => byWeight(a.alert, b.alert))
      .filter((item) => !isEnded(item) && !isTold(item) && isNew(item));
    /** Whether somebody was told a moment ago of something as grave that it belongs to. */
    const isUpdate = ({ alert }: Item) =>
      all.some(
        (other) =>
          isRelated(other.alert, alert) &&
          weight(other.alert.severity) >= weight(alert.severity) &&
          now - (other.toldAt ?? Number.NEGATIVE_INFINITY) < UPDATE_MILLIS,
      );

    const held = [
      ...beginning.filter((item) => isKept([item]) && isRipe(item.alert.firedAt)),
      ...over.filter((family) => isKept(family)).flat(),
    ];
    items = changed(items, held, (item) => ({ ...item, held: true }));

    const loud = beginning.filter((item) => !isKept([item]));
    const ended = isQuiet
      ? []
      : families.filter((family) => isOver(family) && family.some((item) => item.held));
    if (ended.length > 0) tell('summary', [...grouped(loud), ...ended.map(merged)]);
    else if (loud.some((item) => item.held || (isRipe(item.alert.firedAt) && !isUpdate(item))))
      tell('firing', grouped(loud));
    if (told.length > 0) {
      for (const { alert } of loud) begun[keyOf(alert)] = now;
      items = changed(items, loud, (item) => ({ ...item, toldAt: now, held: false }));
      // What quiet hours keep back, but is explained by what was told now, has no summary to wait for.
      const explained = Object.values(items).filter(
        (item) => item.held && !isEnded(item) && loud.some(({ alert }) => explains(alert, item.alert)),
      );
      items = changed(items, explained, (item) => ({ ...item, held: false }));
      items = without(items, ended.flat());
    }

    const resolved = over.filter((family) => !isKept(family) && !ended.includes(family));
    if (resolved.some((family) => family.every(({ alert }) => isRipe(alert.endedAt as number)))) {
      const isOf = (item: Item) => resolved.flat().some((other) => isKnownBy(item)(other));
      const still = Object.values(items).filter((item) => !isEnded(item) && (isTold(item) || isOf(item)));
      tell(
        'resolved',
        resolved.map((family) => merged(family.some(isTold) ? family.filter(isTold) : family)),
        still,
      );
      for (const { alert } of resolved.flat()) begun[keyOf(alert)] ??= now;
      // Who is named as going on, though it was explained by what is over, has been told of.
      const named = still.filter((item) => !isTold(item));
      items = without(
        changed(items, named, (item) => ({ ...item, toldAt: now })),
        resolved.flat(),
      );
    }

    const going = families
      .filter((family) => family.some(isTold) && !isOver(family))
      .map((family) => ({ on: family.filter((item) => !isEnded(item)), last: lastTold(family) }))
      .filter(({ on, last }) => repeatMillis !== undefined && now - last >= repeatMillis && !isKept(on))
      .flatMap(({ on }) => on);
    if (going.length > 0) {
      tell('repeat', grouped(going));
      items = changed(items, going, (item) => ({ ...item, toldAt: now }));
    }
  }
  const isSilent = silencedUntil !== undefined && now < silencedUntil;
  const kept = Object.entries(items).filter(
    ([key, item]) => !isEnded(item) || isTold(item) || item.held || (!isSilent && begun[key] === undefined),
  );
  return { state: { items: Object.fromEntries(kept), begun }, told };
}

function keyOf({ rule, severity }: ToldAlert): string {
  return `${rule} ${severity}`;
}

function isEnded({ alert }: Item): boolean {
  return alert.endedAt !== undefined;
}

function isTold({ toldAt }: Item): boolean {
  return toldAt !== undefined;
}

function lastTold(family: readonly Item[]): number {
  return Math.max(...family.map(({ toldAt }) => toldAt ?? 0));
}

/** Times that a clock was put back from count as now: they must not hold anything back for as long as it was. */
function synchronized(
  before: StageState['items'],
  firing: readonly ToldAlert[],
  now: number,
): Record<string, Item> {
  const items: Record<string, Item> = {};
  for (const [key, { alert, toldAt, held }] of Object.entries(before)) {
    const times = { firedAt: Math.min(alert.firedAt, now), endedAt: Math.min(alert.endedAt ?? now, now) };
    const told = toldAt === undefined ? {} : { toldAt: Math.min(toldAt, now) };
    items[key] = { alert: { ...alert, ...times }, ...told, held };
  }
  for (const alert of firing) {
    const key = keyOf(alert);
    const known = items[key];
    // Off and on again within one message's time is going on: the event that it was.
    const goesOn = known !== undefined && now - (known.alert.endedAt as number) < GROUP_MILLIS;
    items[key] = goesOn
      ? { ...known, alert: { ...alert, ...beginningOf(known.alert, alert) } }
      : { alert: { ...alert, firedAt: Math.min(alert.firedAt, now) }, held: false };
  }
  return items;
}

function beginningOf({ id, since, firedAt }: ToldAlert, again: ToldAlert) {
  return { id, firedAt, since: Math.min(since, again.since) };
}

function cooling(begun: StageState['begun'], now: number, cooldownMillis: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(begun)
      .map(([key, time]): [string, number] => [key, Math.min(time, now)])
      .filter(([, time]) => now - time < cooldownMillis),
  );
}

function changed(
  items: Record<string, Item>,
  some: readonly Item[],
  change: (item: Item) => Item,
): Record<string, Item> {
  const keys = new Set(some.map(({ alert }) => keyOf(alert)));
  return Object.fromEntries(
    Object.entries(items).map(([key, item]) => [key, keys.has(key) ? change(item) : item]),
  );
}

function without(items: Record<string, Item>, some: readonly Item[]): Record<string, Item> {
  const keys = new Set(some.map(({ alert }) => keyOf(alert)));
  return Object.fromEntries(Object.entries(items).filter(([key]) => !keys.has(key)));
}

/**
 * Rules of {@link CHAIN} that begin and end together are one family, its {@link LEAKS} another, any other rule is one of its
 * own; what explains more stands first.
 */
function familiesOf(items: Record<string, Item>): Map<string, Item[]> {
  const families = new Map<string, Item[]>();
  for (const item of Object.values(items).sort((a, b) => byWeight(a.alert, b.alert))) {
    const name = familyOf(item.alert);
    families.set(name, [...(families.get(name) ?? []), item]);
  }
  return families;
}

function familyOf({ rule }: ToldAlert): string {
  if (LEAKS.includes(rule)) return 'leak';
  return CHAIN.includes(rule) ? 'connections' : rule;
}

/** Whether one thing may have set off both. */
function isRelated(one: ToldAlert, other: ToldAlert): boolean {
  return one.rule === other.rule || (CHAIN.includes(one.rule) && CHAIN.includes(other.rule));
}

function namesOf(items: readonly Item[]): string[] {
  return [...new Set(items.map(({ alert }) => alert.rule))];
}

function byWeight(a: ToldAlert, b: ToldAlert): number {
  return rank(a) - rank(b) || weight(b.severity) - weight(a.severity) || a.firedAt - b.firedAt;
}

function rank({ rule }: ToldAlert): number {
  const place = CHAIN.indexOf(rule);
  return place === -1 ? CHAIN.length : place;
}

function weight(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Whether who knows of one alert learns nothing from another that fired beside it. */
function explains(known: ToldAlert, other: ToldAlert): boolean {
  return (
    isRelated(known, other) &&
    rank(known) <= rank(other) &&
    weight(known.severity) >= weight(other.severity) &&
    other.firedAt <= (known.endedAt ?? Number.POSITIVE_INFINITY)
  );
}

/** What explains others names them; the gravest family first. */
function grouped(items: readonly Item[]): ToldAlert[] {
  const alerts = items.map(({ alert }) => alert).sort(byWeight);
  const leads = alerts.filter(
    (alert, index) => !alerts.slice(0, index).some((lead) => explains(lead, alert)),
  );
  const explained = alerts.filter((alert) => !leads.includes(alert));
  const gravest = new Map<string, number>();
  for (const lead of leads) {
    const name = familyOf(lead);
    gravest.set(name, Math.max(gravest.get(name) ?? 0, weight(lead.severity)));
  }
  return leads
    .map((lead) => {
      const others = explained.filter((alert) => leads.find((other) => explains(other, alert)) === lead);
      return withOthers(lead, others);
    })
    .sort((a, b) => (gravest.get(familyOf(b)) ?? 0) - (gravest.get(familyOf(a)) ?? 0));
}

/** A family that is over, as one: from its first to its last. */
function merged(family: readonly Item[]): ToldAlert {
  const alerts = family.map(({ alert }) => alert);
  const [lead, ...rest] = alerts as [ToldAlert, ...ToldAlert[]];
  return withOthers(
    {
      ...lead,
      severity: highest(alerts.map(({ severity }) => severity)),
      since: Math.min(...alerts.map(({ since }) => since)),
      endedAt: Math.max(...alerts.map(({ endedAt }) => endedAt ?? 0)),
    },
    rest,
  );
}

function withOthers(lead: ToldAlert, others: readonly ToldAlert[]): ToldAlert {
  if (others.length === 0) return lead;
  const also = [...new Set(others.map(({ rule }) => rule))].filter((rule) => rule !== lead.rule);
  const ids = [lead, ...others].map(({ id }) => id);
  return { ...lead, ids, ...(also.length === 0 ? {} : { also }) };
}
