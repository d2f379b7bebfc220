/** What an agent collects on a simulated server. Pure: the same server gives the same points. */
import { HOUR, MINUTE, SECOND, type Span } from '../calendar.js';
import { mixed, type Randomness, randomness, wander } from '../randomness.js';
import { overTime } from './incidents.js';
import { ordinaryLoad } from './load.js';
import type { Habits, SimulatedServer } from './server.js';

/** What one cycle has collected. */
export interface Point {
  readonly time: number;
  /** Of one instant. `undefined`: the table couldn't be read. */
  readonly established: number | undefined;
  readonly closeWait: number | undefined;
  readonly portUtilization: number | undefined;
  /** Counters of the kernel: they count through gaps and start at 0 with the server. */
  readonly receivedBytes: number;
  readonly transmittedBytes: number;
  readonly synCookies: number;
  readonly listenOverflows: number;
  /** Their means over the step that ends here. */
  readonly receivedPerSecond: number;
  readonly transmittedPerSecond: number;
}

/**
 * The points at the multiples of `stepMillis` in a span, in the order of time. Days, batches and incidents depend on the
 * server alone; the noise within the day is drawn for each span and step.
 */
export function* simulate(
  server: SimulatedServer,
  { from, to, stepMillis }: Span & { readonly stepMillis: number },
): Generator<Point> {
  const seed = mixed(server.seed, Math.floor(from / HOUR), stepMillis);
  const [counting, traffic, kernel] = [randomness(seed, 0), randomness(seed, 1), randomness(seed, 2)];
  const { habits } = server;
  const load = ordinaryLoad(server, { from, to });
  const lasting = overTime(server.incidents);
  const drift = wander(counting, habits.wanderMillis, stepMillis);
  const exchange = wander(traffic, 3 * MINUTE, stepMillis);
  const downloads = wander(traffic, 10 * MINUTE, stepMillis);
  const seconds = stepMillis / SECOND;
  const counters = { receivedBytes: 0, transmittedBytes: 0, synCookies: 0, listenOverflows: 0 };

  for (let time = Math.ceil(from / stepMillis) * stepMillis; time < to; time += stepMillis) {
    const now = lasting(time);
    const mean = load(time) * now.present * now.surge * Math.exp(habits.wanderNoise * drift());
    // Of clients that come and go by themselves the number varies by its root.
    const active = Math.max(0, mean + 0.7 * Math.sqrt(mean) * counting.normal());
    const each = Math.exp(habits.throughputNoise * exchange() + 0.1 * traffic.normal());
    const eachOut = each * Math.exp(habits.throughputNoise * downloads());
    const received = active * habits.receivedEach * each + now.receivedPerSecond;
    const transmitted = active * habits.transmittedEach * eachOut + now.transmittedPerSecond;

    if (now.isBooting) for (const name of COUNTERS) counters[name] = 0;
    counters.receivedBytes += received * seconds;
    counters.transmittedBytes += transmitted * seconds;
    counters.synCookies += events(kernel, now.cookiesPerSecond * seconds);
    // Clients that return all at once find the accept queue full.
    counters.listenOverflows += events(
      kernel,
      (now.overflowsPerSecond + 0.002 * now.returning * mean) * seconds,
    );
    if (now.isGap) continue;

    const isSeen = !now.isScanFailing;
    const closing = events(kernel, 0.004 * active);
    yield {
      time,
      established: isSeen ? Math.round(active + now.idle) : undefined,
      closeWait: isSeen ? closing + Math.round(now.halfClosed) : undefined,
      portUtilization: isSeen ? portsInUse(habits, active, now.ports) : undefined,
      receivedBytes: Math.round(counters.receivedBytes),
      transmittedBytes: Math.round(counters.transmittedBytes),
      synCookies: counters.synCookies,
      listenOverflows: counters.listenOverflows,
      receivedPerSecond: received,
      transmittedPerSecond: transmitted,
    };
  }
}

const COUNTERS = ['receivedBytes', 'transmittedBytes', 'synCookies', 'listenOverflows'] as const;

/** How many of rare things happen that happen so often at the mean. */
function events(random: Randomness, mean: number): number {
  if (mean < 1e-6) return 0;
  // Knuth's way for few; the bell curve for many, where both look the same.
  if (mean > 10) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}

function portsInUse({ peak, portUtilization }: Habits, active: number, more: number): number {
  return Math.min(1, (portUtilization * active) / peak + more);
}
