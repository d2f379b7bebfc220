/** Prometheus's judgement of a case, by the rule file that the agent writes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type GROUPS, prometheusRules } from '../../agent/src/alerts/prometheus/rule-file.js';
import type { Case, Configuration, Firing } from './case.js';
import { recordedBefore } from './recorded.js';

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** Milliseconds since 1970, a value, and, where it came later, when it came. */
export type Sample = readonly [time: number, value: number, arrival?: number];

/** At which interval and how long after its multiples each group is evaluated, in milliseconds. */
export type Schedule = readonly {
  readonly name: (typeof GROUPS)[number];
  readonly interval: number;
  readonly phase: number;
}[];

/**
 * The firing alerts of cases that have different names and happen at the same time, as hosts of one Prometheus do: an
 * evaluation costs little more for many hosts than for one.
 * @param program rule-replay
 */
export async function firingInPrometheus(
  cases: readonly Case[],
  configuration: Configuration,
  schedule: Schedule,
  program: string,
): Promise<ReadonlyMap<string, Firing>> {
  const printed = await replay(cases, configuration, schedule, ['ALERTS{alertstate="firing"}'], program);
  return new Map(
    cases.map(({ name, from, to }) => [
      name,
      new Map(
        printed
          .filter(({ labels }) => labels.host_name === name && labels.rule !== 'host-gone')
          .map(({ labels, samples }) => [
            `${labels.rule} ${labels.severity}`,
            samples.map(([time]) => time).filter((time) => time > from && time <= to),
          ]),
      ),
    ]),
  );
}

/** Everything that the selectors name after all groups have been evaluated up to the end of the last case. */
export async function replay(
  cases: readonly Case[],
  { settings, intervalMillis }: Configuration,
  schedule: Schedule,
  selectors: readonly string[],
  program: string,
): Promise<Series[]> {
  const folder = await mkdtemp(join(tmpdir(), 'differential-'));
  try {
    const rules = join(folder, 'rules.yml');
    await writeFile(rules, prometheusRules(settings, intervalMillis));
    const child = spawn(program, [rules], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(
      JSON.stringify({
        from: Math.min(...cases.map(({ from }) => from)) + 1,
        to: Math.max(...cases.map(({ to }) => to)),
        groups: schedule,
        series: cases.flatMap((one) => [...recordedBefore(one, intervalMillis), ...collectedSeries(one)]),
        print: selectors,
      }),
    );
    const [printed, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (status !== 0) throw new Error(`rule-replay has failed: ${status}`);
    return printed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As the agent's metrics arrive over OTLP. */
function collectedSeries({ name, collected }: Case): Series[] {
  const series = (
    labels: Record<string, string>,
    of: (cycle: (typeof collected)[number]) => number | undefined,
  ): Series => ({
    labels: { ...labels, host_name: name, job: 'scout-agent' },
    samples: collected.flatMap((cycle) => {
      const value = of(cycle);
      return value === undefined ? [] : [[cycle.time, value, cycle.arrival ?? cycle.time] as const];
    }),
  });
  const counts = (family: 'ipv4' | 'ipv6', state: string, of: 'established' | 'closeWait') =>
    series(
      {
        __name__: 'system_network_connection_count',
        network_connection_state: state,
        network_transport: 'tcp',
        network_type: family,
      },
      (cycle) => cycle[family]?.[of],
    );
  const scans = (family: 'ipv4' | 'ipv6') =>
    series({ __name__: 'scout_tcp_scan_success', network_type: family }, (cycle) =>
      cycle[family] === undefined ? 0 : 1,
    );
  const bytes = (direction: string, of: 'receivedBytes' | 'transmittedBytes') =>
    series(
      {
        __name__: 'system_network_io_bytes_total',
        network_io_direction: direction,
        network_interface_name: 'eth0',
      },
      (cycle) => cycle[of],
    );
  const events = (event: string, of: 'acceptQueueFull' | 'synCookies') =>
    series(
      { __name__: 'scout_tcp_listen_overflows_total', scout_tcp_listen_event: event },
      (cycle) => cycle[of],
    );
  return [
    ...(['ipv4', 'ipv6'] as const).flatMap((family) => [
      counts(family, 'established', 'established'),
      counts(family, 'close_wait', 'closeWait'),
      scans(family),
    ]),
    series({ __name__: 'scout_tcp_port_utilization_ratio' }, (cycle) => cycle.portUtilization),
    bytes('receive', 'receivedBytes'),
    bytes('transmit', 'transmittedBytes'),
    events('accept_queue_full', 'acceptQueueFull'),
    events('syn_cookie_sent', 'synCookies'),
  ];
}
