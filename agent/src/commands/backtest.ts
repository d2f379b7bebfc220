import { type Backtest, type Firing, backtest as run } from '../alerts/backtest.js';
import { DAY, MINUTE } from '../alerts/hours.js';
import type { Reading } from '../alerts/reading.js';
import { gaugeKey } from '../alerts/reading.js';
import { rulesOf } from '../alerts/rules/index.js';
import type { AlertSettings } from '../alerts/settings.js';
import { percent } from '../alerts/words.js';
import type { AgentConfig } from '../config/load.js';
import { openForReading } from '../history/file.js';
import { type Bucket, type Buckets, bucketsAsJson } from '../history/query.js';
import { storedSeries } from '../history/store.js';
import { TIERS } from '../history/tiers.js';
import { wrap } from '../inspect/layout.js';
import { agentPlaces } from './agent-places.js';
import { lasting } from './alerts.js';
import { answer } from './answer.js';
import { columns } from './columns.js';
import { textTable } from './text-table.js';
import { typedFor } from './typed-for.js';

/** Rules whose metrics the history does not keep, beside own ones on this metric. */
const UNSEEN = ['ports-running-out', 'blind'];
const UNSEEN_METRIC = 'scout.tcp.port.utilization';

/** So long before the period the rules are run to learn what is normal: four weeks and the day that is not over. */
const LEARNING_MILLIS = 29 * DAY;

const ESTABLISHED = gaugeKey('system.network.connection.count', 'established');

/** What else the threshold of the first rule could be. */
const OTHERS = [1.25, 1.5, 1.75, 2, 2.5, 3];

/**
 * Runs the rules in force over the minutes of the history and prints what they would have done.
 * @throws {Error} where there is no history
 */
export async function backtest(config: AgentConfig, millis: number): Promise<void> {
  if (config.alerts === undefined)
    throw new Error('alerts is false in the configuration: there are no rules');
  const { state } = agentPlaces(config);
  const to = Date.now();
  const from = to - millis;
  const readings = [...minutesOf(state, from - LEARNING_MILLIS, to)];
  const period = readings.filter(({ time }) => time > from);
  if (period.length === 0)
    throw new Error(
      `there is no history of that time in ${state}; an agent writes it there: ${typedFor('run', config.file)}`,
    );
  const { rules } = config.alerts;
  const unseen = [
    ...UNSEEN,
    ...rules.own.filter(({ metric }) => metric === UNSEEN_METRIC).map(({ name }) => name),
  ];
  const judged = rulesOf(rules, MINUTE).filter(({ name }) => !unseen.includes(name));
  const { baselineFrom, firings } = run(judged, readings);
  const within = (all: readonly Firing[]) => all.filter(({ to = Infinity }) => to > from);
  const shares = otherShares(rules);
  const others = shares.map((share) => ({
    share,
    firings: within(run(rulesOf(onlyNormalPeak(rules, share), MINUTE), readings).firings),
  }));
  const names = judged.map(({ name }) => name);
  await answer(report(period, { baselineFrom, firings: within(firings) }, names, others, unseen));
}

function otherShares(rules: AlertSettings): number[] {
  const own = rules['above-normal-peak'];
  if (own === undefined || rules.mode === 'rate_of_change') return [];
  return OTHERS.filter((share) => share !== own.warning && share !== own.critical);
}

/** The one rule with another threshold, so that each is seen for itself. */
function onlyNormalPeak(rules: AlertSettings, share: number): AlertSettings {
  const off = Object.fromEntries(Object.keys(rules).map((key) => [key, undefined]));
  const own = rules['above-normal-peak'];
  return {
    ...(off as Partial<AlertSettings>),
    mode: rules.mode,
    floor: rules.floor,
    own: [],
    'above-normal-peak': own && { ...own, warning: share, critical: Number.POSITIVE_INFINITY },
  } as AlertSettings;
}

/** A day at a time, so that memory holds no more. */
function* minutesOf(folder: string, from: number, to: number): Generator<Reading> {
  const { database } = openForReading(folder);
  const series = storedSeries(database);
  const tier = TIERS.find(({ table }) => table === 'minute') as (typeof TIERS)[number];
  const totals = { received: 0, transmitted: 0 };
  for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) {
    const range = { from: Math.max(day, from), to: Math.min(day + DAY, to) };
    const text = bucketsAsJson(database, series, range, { tier, widthMillis: MINUTE });
    yield* readingsOf(JSON.parse(text) as Buckets, totals);
  }
  database.close();
}

/** A minute's highest count and its mean throughput, at the minute's end. */
function* readingsOf(
  { series }: Buckets,
  totals: { received: number; transmitted: number },
): Generator<Reading> {
  const find = (name: string, attributes: object): ReadonlyMap<number, Bucket> => {
    const wanted = JSON.stringify(attributes);
    const found = series.find((one) => one.name === name && JSON.stringify(one.attributes) === wanted);
    return new Map(found?.buckets.map((bucket) => [bucket[0], bucket]));
  };
  const gauges = series.flatMap(({ name, attributes, buckets }) => {
    const key = gaugeOf(name, attributes);
    return key === undefined ? [] : [{ key, buckets: new Map(buckets.map((bucket) => [bucket[0], bucket])) }];
  });
  const traffic = (direction: string) => find('system.network.io', { 'network.io.direction': direction });
  const established = gauges.find(({ key }) => key === ESTABLISHED)?.buckets ?? [];
  const [received, transmitted] = [traffic('receive'), traffic('transmit')];
  for (const [minute] of established) {
    totals.received += ((received.get(minute)?.[2] ?? 0) * MINUTE) / 1000;
    totals.transmitted += ((transmitted.get(minute)?.[2] ?? 0) * MINUTE) / 1000;
    yield {
      time: minute + MINUTE,
      scans: { both: true },
      gauges: Object.fromEntries(
        gauges.flatMap(({ key, buckets }) => {
          const peak = buckets.get(minute)?.[3];
          return peak === undefined ? [] : [[key, peak]];
        }),
      ),
      counters: {
        received: received.has(minute) ? { all: totals.received } : {},
        transmitted: transmitted.has(minute) ? { all: totals.transmitted } : {},
        acceptQueueFull: {},
        synCookies: {},
      },
    };
  }
}

/** What the engine calls a series that the history keeps; families apart are none of its gauges. */
function gaugeOf(name: string, attributes: Readonly<Record<string, unknown>>): string | undefined {
  const [attribute, ...others] = Object.keys(attributes);
  const isGauge = name === 'system.network.connection.count' || name === 'scout.tcp.port.connections';
  if (!isGauge || attribute === undefined || others.length > 0) return undefined;
  return gaugeKey(name, String(attributes[attribute]));
}

function report(
  readings: readonly Reading[],
  { baselineFrom, firings }: Backtest,
  judged: readonly string[],
  others: readonly { readonly share: number; readonly firings: readonly Firing[] }[],
  unseen: readonly string[],
): string {
  const [first, last] = [readings[0]?.time ?? 0, readings.at(-1)?.time ?? 0];
  const width = columns();
  const rows = [...new Set(judged)].map((name) => {
    const from = baselineFrom.get(name);
    const own = firings.filter(({ rule }) => rule === name);
    return [name, times(own.length), from === undefined ? 'never' : iso(from).slice(0, 10)];
  });
  const lines = [
    `The minutes from ${iso(first)} to ${iso(last)} (${lasting(last - first)}).`,
    '',
    ...textTable(['alert', 'would have fired', 'had its baseline from'], rows).trimEnd().split('\n'),
  ];
  if (firings.length > 0) lines.push('', ...firings.map(firingLine));
  if (others.length > 0) lines.push('', 'above-normal-peak with another threshold, each for itself:');
  for (const { share, firings } of others) lines.push(`  ${percent(share)}: ${times(firings.length)}`);
  lines.push(
    '',
    `Not judged, for the history does not keep what they look at: ${unseen.join(', ')}, and of flood the full queues and SYN cookies.`,
  );
  return `${lines.flatMap((line) => (line === '' ? [''] : wrap(line, width))).join('\n')}\n`;
}

function firingLine({ rule, severity, from, to, seen }: Firing): string {
  const long = to === undefined ? 'until the end' : `for ${lasting(to - from)}`;
  return `${iso(from)} ${rule} (${severity}), ${long}: ${seen}`;
}

function times(number: number): string {
  return number === 0 ? 'never' : number === 1 ? 'once' : `${number} times`;
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}
