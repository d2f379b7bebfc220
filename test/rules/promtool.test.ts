import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dump } from 'js-yaml';
import { expect, inject, test } from 'vitest';
import { alertName, GROUPS, prometheusRules } from '../../agent/src/alerts/prometheus/rule-file.js';
import { rulesOf } from '../../agent/src/alerts/rules/index.js';
import { DEFAULT_ALERTS } from '../../agent/src/alerts/settings.js';
import { MINUTE } from '../support/calendar.js';
import { type Seen, STORIES, type Story } from './stories.js';

const HOST = 'web-1';

test('every alert has a story', () => {
  const told = STORIES.map(({ rule, severity }) => `${rule} ${severity}`);
  expect(new Set(told)).toEqual(
    new Set(rulesOf(DEFAULT_ALERTS, MINUTE).map(({ name, severity }) => `${name} ${severity}`)),
  );
});

test('deploy/prometheus/scout-tcp.rules.yml is taken by promtool', async () => {
  const file = new URL('../../deploy/prometheus/scout-tcp.rules.yml', import.meta.url).pathname;
  await promtool('check', 'rules', '--lint=all', '--lint-fatal', file);
});

test.each(STORIES)('$rule $severity: $name', async (story) => {
  await unitTest(
    story,
    [
      ...story.fires.map((minute) => state(story, minute, true)),
      ...story.isSilent.map((minute) => state(story, minute, false)),
    ],
    [],
  );
});

test('what a person reads says what is seen and what is too much', async () => {
  const story = STORIES.find(({ rule }) => rule === 'above-normal-peak') as Story;
  await unitTest(
    story,
    [],
    [
      {
        eval_time: '85m',
        alertname: 'TcpAboveNormalPeak',
        exp_alerts: [
          {
            exp_labels: { host_name: HOST, rule: 'above-normal-peak', severity: 'warning' },
            exp_annotations: {
              summary: 'web-1: more than 150 % of the normal peak',
              description:
                'Seen: 1510 connections, too much over 1500 connections. Next, on the host: `scout-agent alerts` says how that came about, `scout-agent inspect` who is connected.',
              runbook_url: 'docs/alerts/above-normal-peak.md',
            },
          },
        ],
      },
    ],
  );
});

function state({ rule, severity }: Story, minute: number, fires: boolean): object {
  const selector = (labels: string) =>
    `ALERTS{alertname="${alertName(rule)}",alertstate="firing",${labels}rule="${rule}",severity="${severity}"}`;
  return {
    eval_time: `${minute}m`,
    expr: selector(''),
    exp_samples: fires ? [{ labels: selector(`host_name="${HOST}",`), value: 1 }] : [],
  };
}

async function unitTest(
  story: Story,
  expressions: readonly object[],
  alerts: readonly object[],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    await writeFile(join(folder, 'rules.yml'), prometheusRules(DEFAULT_ALERTS, MINUTE));
    const tests = [
      {
        interval: '1m',
        input_series: inputOf(story.minutes),
        promql_expr_test: expressions,
        alert_rule_test: alerts,
      },
    ];
    const file = join(folder, 'test.yml');
    await writeFile(
      file,
      dump({ rule_files: ['rules.yml'], evaluation_interval: '1m', group_eval_order: GROUPS, tests }),
    );
    await promtool('test', 'rules', file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @throws {Error} with what promtool has to say where it isn't content */
async function promtool(...args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(inject('engines').promtool, args);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}`);
  }
}

function inputOf(minutes: Story['minutes']): object[] {
  const series = (selector: string, of: (seen: Seen) => number | undefined, missing?: number) => ({
    series: selector.replace('{', `{host_name="${HOST}",`),
    values: minutes.map((seen) => (seen === undefined ? missing : of(seen)) ?? '_').join(' '),
  });
  const counter = (selector: string, perSecond: (seen: Seen) => number) => {
    let total = 0;
    return series(selector, (seen) => {
      total += perSecond(seen) * 60;
      return total;
    });
  };
  const scanned = (of: (seen: Seen) => number) => (seen: Seen) => (seen.isScanned ? of(seen) : undefined);
  // The recorded series go on where nothing is collected.
  const recorded = (name: string, of: (seen: Seen) => number | undefined) =>
    series(`${name}{}`, of, of(minutes.findLast((seen) => seen !== undefined) as Seen));
  const connections = 'network_transport="tcp",network_type="ipv4"';
  return [
    series(
      `system_network_connection_count{network_connection_state="established",${connections}}`,
      scanned((seen) => seen.established),
    ),
    series(
      `system_network_connection_count{network_connection_state="close_wait",${connections}}`,
      scanned((seen) => seen.closeWait),
    ),
    series(
      'scout_tcp_port_utilization_ratio{}',
      scanned((seen) => seen.portUtilization),
    ),
    series('scout_tcp_scan_success{network_type="ipv4"}', (seen) => Number(seen.isScanned)),
    counter(
      'system_network_io_bytes_total{network_io_direction="receive",network_interface_name="eth0"}',
      (seen) => seen.received,
    ),
    counter(
      'system_network_io_bytes_total{network_io_direction="transmit",network_interface_name="eth0"}',
      (seen) => seen.transmitted,
    ),
    counter(
      'scout_tcp_listen_overflows_total{scout_tcp_listen_event="accept_queue_full"}',
      (seen) => seen.acceptQueueFull,
    ),
    counter(
      'scout_tcp_listen_overflows_total{scout_tcp_listen_event="syn_cookie_sent"}',
      (seen) => seen.synCookies,
    ),
    recorded('host:tcp_connections:next_normal_peak', (seen) => seen.normalPeak),
    recorded('host:network_received_bytes:next_normal_peak', (seen) => seen.normalPeakReceived),
    recorded('host:network_transmitted_bytes:next_normal_peak', (seen) => seen.normalPeakTransmitted),
    recorded('host:network_bytes:next_usual', (seen) => seen.usualThroughput),
    recorded('host:network_bytes:next_hour_ratio', (seen) => seen.throughputRatio),
    recorded('host:tcp_connections:next_hour_usual', (seen) => seen.hourUsual),
    recorded('host:tcp_connections:next_day_ratio_lowest', (seen) => seen.dayRatio),
    recorded('host:tcp_connections:next_day_ratio_median', (seen) => seen.dayRatio),
    recorded('host:tcp_connections:next_week_ratio_spread', (seen) => seen.weeklySpread),
  ];
}
