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

/** Rules whose metrics the history does not keep. */
const UNSEEN = ['ports-running-out', 'blind'];

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
  const readings = [...minutesOf(state, to - millis, to)];
  if (readings.length === 0)
    throw new Error(
      `there is no history of that time in ${state}; an agent writes it there: ${typedFor('run', config.file)}`,
    );
  const { rules } = config.alerts;
  const judged = rulesOf(rules, MINUTE).filter(({ name }) => !UNSEEN.includes(name));
  const result = run(judged, readings);
  const shares = otherShares(rules);
  const others = shares.map((share) => ({
    share,
    firings: run(rulesOf(onlyNormalPeak(rules, share), MINUTE), readings).firings,
  }));
  await answer(
    report(
      readings,
      result,
      judged.map(({ name }) => name),
      others,
    ),
  );
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
  const state = (name: string) =>
    find('system.network.connection.count', { 'network.connection.state': name });
  const traffic = (direction: string) => find('system.network.io', { 'network.io.direction': direction });
  const established = state('established');
  const closeWait = state('close_wait');
  const [received, transmitted] = [traffic('receive'), traffic('transmit')];
  for (const [minute, [, , , peak]] of established) {
    totals.received += ((received.get(minute)?.[2] ?? 0) * MINUTE) / 1000;
    totals.transmitted += ((transmitted.get(minute)?.[2] ?? 0) * MINUTE) / 1000;
    const waiting = closeWait.get(minute)?.[3];
    yield {
      time: minute + MINUTE,
      scans: { both: true },
      gauges: {
        [gaugeKey('system.network.connection.count', 'established')]: peak,
        ...(waiting === undefined
          ? {}
          : { [gaugeKey('system.network.connection.count', 'close_wait')]: waiting }),
      },
      counters: {
        received: received.has(minute) ? { all: totals.received } : {},
        transmitted: transmitted.has(minute) ? { all: totals.transmitted } : {},
        acceptQueueFull: {},
        synCookies: {},
      },
    };
  }
}

function report(
  readings: readonly Reading[],
  { baselineFrom, firings }: Backtest,
  judged: readonly string[],
  others: readonly { readonly share: number; readonly firings: readonly Firing[] }[],
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
  lines.push('', `Not judged, for the history does not keep what they look at: ${UNSEEN.join(', ')}.`);
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
