/** The agent's own judgement of a case. */
import { baselineAt } from '../../agent/src/alerts/baseline.js';
import { alertKey, START, type State, step } from '../../agent/src/alerts/engine.js';
import { gaugeKey, type Reading } from '../../agent/src/alerts/reading.js';
import { rulesOf } from '../../agent/src/alerts/rules/index.js';
import type { Evaluation } from '../../agent/src/alerts/view.js';
import { type Case, type Collected, type Configuration, evaluations, type Firing } from './case.js';

export interface Judged {
  readonly firing: Firing;
  readonly evaluations: readonly Evaluation[];
  /** After the last evaluation. */
  readonly state: State;
}

export function judge(it: Case, { settings, intervalMillis }: Configuration): Judged {
  const { from, hours } = it;
  const rules = rulesOf(settings, intervalMillis);
  const readings = new Map(it.collected.map((collected) => [collected.time, readingOf(collected)]));
  let state = begin(from, hours);
  const past: Evaluation[] = [];
  const firing = new Map<string, number[]>(rules.map((rule) => [alertKey(rule), []]));
  for (const time of evaluations(it, intervalMillis)) {
    state = step(state, rules, time, readings.get(time), intervalMillis).state;
    past.push(state.recent.at(-1) as Evaluation);
    for (const [key, { phase }] of Object.entries(state.alerts)) {
      if (phase === 'firing') firing.get(key)?.push(time);
    }
  }
  return { firing, evaluations: past, state };
}

function begin(time: number, hours: Case['hours']): State {
  return {
    ...START,
    time,
    hours: {
      connections: { complete: hours.connections, open: undefined },
      received: { complete: hours.received, open: undefined },
      transmitted: { complete: hours.transmitted, open: undefined },
      throughput: { complete: hours.throughput, open: undefined },
    },
    baseline: baselineAt(time, hours),
  };
}

function readingOf(collected: Collected): Reading {
  const { time, ipv4, ipv6, portUtilization } = collected;
  const families = [ipv4, ipv6].filter((family) => family !== undefined);
  const sum = (of: 'established' | 'closeWait') => families.reduce((total, family) => total + family[of], 0);
  return {
    time,
    scans: { ipv4: ipv4 !== undefined, ipv6: ipv6 !== undefined },
    gauges: {
      ...(families.length === 0
        ? {}
        : {
            [gaugeKey('system.network.connection.count', 'established')]: sum('established'),
            [gaugeKey('system.network.connection.count', 'close_wait')]: sum('closeWait'),
          }),
      ...(portUtilization === undefined ? {} : { [gaugeKey('scout.tcp.port.utilization')]: portUtilization }),
    },
    counters: {
      received: { eth0: collected.receivedBytes },
      transmitted: { eth0: collected.transmittedBytes },
      acceptQueueFull: { '': collected.acceptQueueFull },
      synCookies: { '': collected.synCookies },
    },
  };
}
