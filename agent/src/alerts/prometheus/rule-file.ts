import { dump } from 'js-yaml';
import { formatDuration } from '../../config/duration.js';
import { conditionInPromql } from '../expression.js';
import { LOST } from '../facts.js';
import { MINUTE } from '../hours.js';
import type { Rule } from '../rule.js';
import { rulesOf } from '../rules/index.js';
import type { AlertSettings } from '../settings.js';
import { rateWindow } from '../signals.js';
import { annotations } from './annotations.js';
import { fleetRules } from './fleet.js';
import { baselineRecordings, cycleRecordings } from './recording.js';

interface Group {
  readonly name: string;
  readonly intervalMillis: number;
  readonly rules: readonly object[];
}

/** Less than half of Prometheus's lookback of five minutes: one evaluation may fail, and no series has a hole. */
const BASELINE_MILLIS = 2 * MINUTE;
const FLEET_MILLIS = MINUTE;
/** Less than the lookback. */
const SLOWEST_MILLIS = 4 * MINUTE;

/** Of the rule file, in the order in which a unit test has to evaluate them. */
export const GROUPS = ['scout-alerts', 'scout-baseline', 'scout-fleet'] as const;

/**
 * The rules in force as a rule file of Prometheus: alerts, and what they are judged by.
 * @param dashboard how readers reach a dashboard, which serves the pages about rules
 */
export function prometheusRules(settings: AlertSettings, intervalMillis: number, dashboard?: string): string {
  const [alerts, baseline, fleet] = GROUPS;
  const groups: Group[] = [
    {
      // The alerts see what the same evaluation has recorded: groups are evaluated at times of their own.
      name: alerts,
      intervalMillis: Math.min(intervalMillis, SLOWEST_MILLIS),
      rules: [
        ...cycleRecordings(formatDuration(rateWindow(intervalMillis))),
        ...rulesOf(settings, intervalMillis).map((rule) => alertingRule(rule, dashboard)),
      ],
    },
    { name: baseline, intervalMillis: BASELINE_MILLIS, rules: baselineRecordings() },
    { name: fleet, intervalMillis: FLEET_MILLIS, rules: fleetRules() },
  ];
  const text = dump(
    {
      groups: groups.map(({ name, intervalMillis, rules }) => ({
        name,
        interval: formatDuration(intervalMillis),
        rules,
      })),
    },
    { lineWidth: -1 },
  );
  return `${head(intervalMillis)}\n${text}`;
}

function head(intervalMillis: number): string {
  return `# Rules of scout-agent for Prometheus 3, for agents with an interval of ${formatDuration(intervalMillis)}.
# Written by \`scout-agent rules\` from the configuration: change that, and write them anew.
#
# Load them by prometheus.yml, and check them first with \`promtool check rules\`:
#
#   rule_files: [scout-tcp.rules.yml]
#   otlp:
#     # Or all hosts are taken for one.
#     promote_resource_attributes: [host.name]
#   storage:
#     tsdb:
#       # What an agent could not send in time comes later.
#       out_of_order_time_window: 24h
#
# The slow leak compares weeks: it needs --storage.tsdb.retention.time=21d or more, all others 8d; with 29d a normal peak
# takes the same weekday of four weeks into account. A normal peak is known after 3 complete days, the usual course of a
# day as well. An hour counts from five minutes after its end on, a day from five past two (UTC).
`;
}

/** `above-normal-peak` is `TcpAboveNormalPeak`. */
export function alertName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return `Tcp${words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('')}`;
}

function alertingRule(rule: Rule, dashboard: string | undefined): object {
  const { name, severity, forMillis } = rule;
  return {
    alert: alertName(name),
    expr: expression(rule),
    ...(forMillis === 0 ? {} : { for: formatDuration(forMillis) }),
    labels: { severity, rule: name },
    annotations: annotations(rule, dashboard),
  };
}

/** What fires is held as the agent holds it: over its threshold's lower border, and for an hour where nothing is known. */
function expression({ name, severity, fires, holds, holdsOverGap }: Rule): string {
  if (!holdsOverGap) return conditionInPromql(fires);
  const firing = `max by (host_name) (ALERTS{rule=${JSON.stringify(name)},severity="${severity}",alertstate="firing"})`;
  return [
    `(\n  ${conditionInPromql(fires)}\n)`,
    `(\n  ((${conditionInPromql(holds)}) or ${LOST})\n  and ${firing}\n)`,
  ].join('\nor\n');
}
