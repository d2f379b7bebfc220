/**
 * What the agent would have kept on a server that never was: its days and nights, its weekends, and what went wrong. The
 * same parameters give the same cycles. Pure, and quick enough for hundreds of months.
 */
import type { Cycle, Sample } from '../../agent/src/history/store.js';
import { DAY, HOUR, hump, isIn, isWeekend, MINUTE, SECOND, type Span, smooth } from './calendar.js';
import { randomness, wander } from './randomness.js';

export type Incident =
  /** Connections that nobody closes: so many more each hour, idle, until a restart. */
  | ({ readonly kind: 'leak'; readonly connectionsPerHour: number } & Span)
  /** Connections and what they send are `factor` times the ordinary. */
  | ({ readonly kind: 'spike'; readonly factor: number } & Span)
  /** Nothing is collected. */
  | ({ readonly kind: 'outage' } & Span)
  /** The server starts anew at `from` and collects again at `to`; its clients come back within minutes. */
  | ({ readonly kind: 'restart' } & Span);

export interface Server {
  readonly seed: number;
  /** Established connections at the height of an ordinary weekday. */
  readonly peak: number;
  /** When that is: hour of the day in UTC. */
  readonly peakHour: number;
  /** Connections at the quietest time of the night, as a share of the peak. */
  readonly night: number;
  /** How busy Saturdays and Sundays are over the night's level, as a share of a weekday. */
  readonly weekend: number;
  /** The standard deviation from one day to the next, as a share of the day. */
  readonly dayNoise: number;
  readonly incidents: readonly Incident[];
}

/** What stands out in a generated month; `ordinary`: nothing does. */
export const PATTERNS = ['ordinary', 'leak', 'spike', 'outage', 'restart'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** What each stream of randomness is for. */
const STREAM = { server: 0, days: 1, connections: 2, machine: 3 };

/** A server of some size and habit, with one incident in the later part of the span. */
export function generatedServer(seed: number, pattern: Pattern, { from, to }: Span): Server {
  const random = randomness(seed, STREAM.server);
  const { between } = random;
  const peak = Math.round(300 * 10 ** random.uniform());
  const when = from + (to - from) * between(0.4, 0.9);
  const incidents: Record<Pattern, () => Incident[]> = {
    ordinary: () => [],
    leak: () => [
      {
        kind: 'leak',
        from: from + (to - from) * between(0.4, 0.6),
        to,
        connectionsPerHour: (peak * between(0.05, 0.08)) / 24,
      },
    ],
    spike: () => [
      { kind: 'spike', from: when, to: when + between(20, 90) * MINUTE, factor: between(2.5, 4) },
    ],
    outage: () => [{ kind: 'outage', from: when, to: Math.min(when + between(6, 20) * HOUR, to) }],
    restart: () => [{ kind: 'restart', from: when, to: when + between(1, 4) * MINUTE }],
  };
  return {
    seed,
    peak,
    peakHour: between(11, 16),
    night: between(0.12, 0.3),
    weekend: between(0.3, 0.7),
    dayNoise: between(0.03, 0.08),
    incidents: incidents[pattern](),
  };
}

/** Every cycle of a span, in the order of time. */
export function* generatedCycles(
  server: Server,
  { from, to, intervalMillis }: Span & { readonly intervalMillis: number },
): Generator<Cycle> {
  const load = dailyLoad(server, { from, to });
  const count = connectionCount(server, intervalMillis);
  const machine = machineLoad(server, intervalMillis);
  const away = server.incidents.filter(({ kind }) => kind === 'outage' || kind === 'restart');
  let isFirst = true;
  for (let time = from; time < to; time += intervalMillis) {
    if (away.some((span) => isIn(time, span))) {
      isFirst = true;
      continue;
    }
    const { active, idle } = count(time, load(time));
    const ipv6 = Math.round((active + idle) * IPV6_SHARE);
    const samples = [
      sampleOf(SERIES.established, active + idle),
      sampleOf(SERIES.ipv4, active + idle - ipv6),
      sampleOf(SERIES.ipv6, ipv6),
      sampleOf(SERIES.closeWait, Math.round((active + idle) * CLOSE_WAIT_SHARE)),
    ];
    const rates = machine(active);
    // An agent that has just started has nothing to take a difference from.
    if (!isFirst) samples.push(...rates);
    isFirst = false;
    yield { time, intervalMillis, samples };
  }
}

const IPV6_SHARE = 0.3;
const CLOSE_WAIT_SHARE = 0.01;

/** Names, units and attributes of agent/src/history/samples.ts. */
const SERIES = {
  established: connections('established'),
  ipv4: connections('established', { 'network.type': 'ipv4' }),
  ipv6: connections('established', { 'network.type': 'ipv6' }),
  closeWait: connections('close_wait'),
  cpu: { name: 'system.cpu.utilization', unit: '1', attributes: '{}' },
  received: traffic('system.network.io', 'By/s', 'receive'),
  transmitted: traffic('system.network.io', 'By/s', 'transmit'),
  receiveErrors: traffic('system.network.errors', '{error}/s', 'receive'),
  transmitErrors: traffic('system.network.errors', '{error}/s', 'transmit'),
} as const satisfies Record<string, Omit<Sample, 'value'>>;

type Series = Omit<Sample, 'value'>;

function connections(state: string, family: Readonly<Record<string, string>> = {}): Series {
  return {
    name: 'system.network.connection.count',
    unit: '{connection}',
    attributes: JSON.stringify({ 'network.connection.state': state, ...family }),
  };
}

function traffic(name: string, unit: string, direction: string): Series {
  return { name, unit, attributes: JSON.stringify({ 'network.io.direction': direction }) };
}

function sampleOf({ name, unit, attributes }: Series, value: number): Sample {
  return { name, unit, attributes, value };
}

/** How busy an undisturbed server is, as a share of its peak. */
function dailyLoad(
  { seed, peakHour, night, weekend, dayNoise }: Server,
  { from, to }: Span,
): (time: number) => number {
  const random = randomness(seed, STREAM.days);
  const firstDay = Math.floor(from / DAY) - 1;
  const days = Array.from({ length: Math.ceil(to / DAY) + 1 - firstDay }, (_, i) => ({
    level: Math.exp(dayNoise * random.normal()),
    busy: isWeekend(firstDay + i) ? weekend : 1,
  }));
  return (time) => {
    // Between the heights of two days their levels pass into each other, mostly at night.
    const sinceHeight = time / DAY - peakHour / 24;
    const day = Math.floor(sinceHeight);
    const [before, after] = [days[day - firstDay], days[day - firstDay + 1]];
    if (before === undefined || after === undefined) throw new Error(`${time} is not in the span`);
    const share = smooth(sinceHeight - day);
    const level = before.level + (after.level - before.level) * share;
    const busy = before.busy + (after.busy - before.busy) * share;
    return level * (night + (1 - night) * busy * hump((sinceHeight - day) * 2 * Math.PI));
  };
}

function connectionCount(
  { seed, peak, incidents }: Server,
  intervalMillis: number,
): (time: number, load: number) => { active: number; idle: number } {
  const random = randomness(seed, STREAM.connections);
  const drift = wander(random, 15 * MINUTE, intervalMillis);
  const leaks = incidents.filter((incident) => incident.kind === 'leak');
  const spikes = incidents.filter((incident) => incident.kind === 'spike');
  const restarts = incidents.filter((incident) => incident.kind === 'restart');
  return (time, load) => {
    const restart = restarts.findLast(({ to }) => to <= time)?.to ?? Number.NEGATIVE_INFINITY;
    const back = 1 - Math.exp((restart - time - 20 * SECOND) / (3 * MINUTE));
    const surge = spikes.reduce((product, spike) => product * surgeOf(spike, time), 1);
    const mean = peak * load * back * surge * (1 + 0.04 * drift());
    const idle = leaks
      .filter(({ from }) => from <= time)
      .map(({ from, to, connectionsPerHour }) => {
        const since = restart > from ? restart : from;
        return Math.max(0, connectionsPerHour * ((Math.min(time, to) - since) / HOUR));
      })
      .reduce((sum, leaked) => sum + leaked, 0);
    // Of clients that come and go by themselves the number varies by its root.
    const active = mean + 0.7 * Math.sqrt(mean) * random.normal();
    return { active: Math.max(0, Math.round(active)), idle: Math.round(idle) };
  };
}

/** Within a minute at its height, and gone as fast. */
function surgeOf({ from, to, factor }: Span & { readonly factor: number }, time: number): number {
  const share = Math.min((time - from) / MINUTE, (to - time) / MINUTE, 1);
  return share <= 0 ? 1 : 1 + (factor - 1) * share;
}

/** CPU, traffic and errors of what active connections do. */
function machineLoad({ seed, peak }: Server, intervalMillis: number): (active: number) => Sample[] {
  const random = randomness(seed, STREAM.machine);
  const received = 1_500 * 5 ** random.uniform();
  const transmitted = received * (3 + 7 * random.uniform());
  const busiest = 0.35 + 0.3 * random.uniform();
  const exchange = wander(random, 2 * MINUTE, intervalMillis);
  // One in some hours.
  const errorsPerCycle = intervalMillis / (8 * HOUR);
  const errors = () =>
    random.uniform() < errorsPerCycle ? Math.ceil(5 * random.uniform()) / (intervalMillis / SECOND) : 0;
  return (active) => {
    const often = Math.exp(0.15 * exchange());
    const busy = 0.03 + busiest * (active / peak) * often + 0.01 * random.normal();
    return [
      sampleOf(SERIES.cpu, Math.min(1, Math.max(0.005, busy))),
      sampleOf(SERIES.received, active * received * often * Math.exp(0.1 * random.normal())),
      sampleOf(SERIES.transmitted, active * transmitted * often * Math.exp(0.1 * random.normal())),
      sampleOf(SERIES.receiveErrors, errors()),
      sampleOf(SERIES.transmitErrors, errors()),
    ];
  };
}
