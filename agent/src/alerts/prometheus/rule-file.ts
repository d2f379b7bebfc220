import { dump } from 'js-yaml';
import { formatDuration } from '../../config/duration.js';
import { conditionInPromql } from '../expression.js';
import { CONNECTIONS } from '../facts.js';
import type { Rule } from '../rule.js';
import { rulesOf } from '../rules/index.js';
import type { AlertSettings } from '../settings.js';
import { rateWindow } from '../signals.js';
import { recordingGroups } from './recording.js';

interface Group {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly object[];
}

/** The rules in force as a rule file of Prometheus: what is recorded first, then the alerts. */
export function prometheusRules(settings: AlertSettings, intervalMillis: number): string {
  const recorded = recordingGroups(intervalMillis, formatDuration(rateWindow(intervalMillis)));
  const groups: Group[] = [
    ...recorded.map(({ name, intervalMillis, rules }) => ({
      name,
      interval: formatDuration(intervalMillis),
      rules,
    })),
    {
      name: 'scout-alerts',
      interval: formatDuration(Math.min(intervalMillis, 60_000)),
      rules: [...rulesOf(settings, intervalMillis).map(alertingRule), ...fleetRules()],
    },
  ];
  return dump({ groups }, { lineWidth: -1 });
}

/** `above-normal-peak` is `TcpAboveNormalPeak`. */
export function alertName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return `Tcp${words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('')}`;
}

function alertingRule(rule: Rule): object {
  const { name, severity, forMillis } = rule;
  return {
    alert: alertName(name),
    expr: expression(rule),
    ...(forMillis === 0 ? {} : { for: formatDuration(forMillis) }),
    labels: { severity, rule: name },
    annotations: annotations(rule),
  };
}

/** What fires is held as the agent holds it: over its threshold's lower border, and for an hour where nothing is known. */
function expression({ name, severity, fires, holds, holdsOverGap }: Rule): string {
  if (!holdsOverGap) return conditionInPromql(fires);
  const firing = `max by (host_name) (ALERTS{alertname="${alertName(name)}",severity="${severity}",alertstate="firing"})`;
  return [
    `(${conditionInPromql(fires)})`,
    `((${conditionInPromql(holds)}) and ${firing})`,
    `(${firing} and (present_over_time(${CONNECTIONS}[1h]) unless ${CONNECTIONS}))`,
  ].join('\nor\n');
}

function annotations({ title }: Rule): object {
  return { summary: `{{ $labels.host_name }}: ${title}` };
}

/** What no host can say of itself. */
function fleetRules(): object[] {
  return [
    {
      alert: 'TcpHostGone',
      expr: 'max by (host_name) (max_over_time(scout_tcp_scan_success[1d])) unless max by (host_name) (max_over_time(scout_tcp_scan_success[10m]))',
      labels: { severity: 'critical', rule: 'host-gone' },
      annotations: { summary: '{{ $labels.host_name }}: nothing has come from it for 10 minutes' },
    },
    {
      alert: 'TcpHostWithoutName',
      expr: 'count(scout_tcp_scan_success{host_name=""}) > 0',
      for: '5m',
      labels: { severity: 'warning', rule: 'host-without-name' },
      annotations: {
        summary:
          'series without host_name: promote host.name at the OTLP endpoint, or all hosts count as one',
      },
    },
  ];
}
