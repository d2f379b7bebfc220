/** What the history keeps of a cycle: a few series, however many points are exported. */
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Sample } from './store.js';

type Attributes = Readonly<Record<string, unknown>>;
interface Value {
  readonly attributes: Attributes;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const STATE = 'network.connection.state';
const FAMILY = 'network.type';
const PORT = 'network.local.port';
const DIRECTION = 'network.io.direction';

/** What a clock that is only kept in time is moved by between two cycles at most. */
const STEP_MILLIS = 500;

/** Turns cycles into samples; remembers the last cycle's counters, from which the rates come. */
export class Samples {
  readonly #rates = new Map<string, Rate>();
  #clocks = readClocks();

  /** Of the own network namespace alone. */
  next(cycle: ResourceMetrics): Sample[] {
    const steady = this.#isSteady();
    const metrics = new Map(
      cycle.scopeMetrics.flatMap((scope) => scope.metrics).map((metric) => [metric.descriptor.name, metric]),
    );
    const values = (name: string) => ownValues(metrics.get(name));
    const scanned = values('scout.tcp.scan.success').every(({ value }) => value === 1);
    const counts = values('system.network.connection.count');
    const established = counts.filter(({ attributes }) => attributes[STATE] === 'established');
    return [
      // The highest sum is not the sum of what was highest, so the total has a series of its own.
      ...(scanned ? grouped('system.network.connection.count', '{connection}', counts, [STATE]) : []),
      ...grouped('system.network.connection.count', '{connection}', established, [STATE, FAMILY]),
      ...(scanned
        ? grouped('scout.tcp.port.connections', '{connection}', values('scout.tcp.port.connections'), [PORT])
        : []),
      ...busy(values('system.cpu.utilization')),
      ...this.#rate('system.network.io', 'By/s').next(values('system.network.io'), steady),
      ...this.#rate('system.network.errors', '{error}/s').next(values('system.network.errors'), steady),
    ];
  }

  /** Whether the clock went on as time did: over one that was set no rate can be told. */
  #isSteady(): boolean {
    const before = this.#clocks;
    this.#clocks = readClocks();
    const { wall, monotonic } = this.#clocks;
    return Math.abs(wall - before.wall - (monotonic - before.monotonic)) < STEP_MILLIS;
  }

  #rate(name: string, unit: string): Rate {
    const rate = this.#rates.get(name) ?? new Rate(name, unit);
    this.#rates.set(name, rate);
    return rate;
  }
}

/** Of all interfaces together, by direction, a second. */
class Rate {
  readonly #name: string;
  readonly #unit: string;
  #before: ReadonlyMap<string, Value> = new Map();

  constructor(name: string, unit: string) {
    this.#name = name;
    this.#unit = unit;
  }

  /** A counter that is new or has fallen says nothing of the time before: it counts from the next cycle on. */
  next(values: readonly Value[], steady: boolean): Sample[] {
    const before = this.#before;
    this.#before = new Map(values.map((value) => [JSON.stringify(value.attributes), value]));
    if (!steady) return [];
    const rates = values.flatMap((value) => {
      const last = before.get(JSON.stringify(value.attributes));
      if (last === undefined || last.value > value.value || last.time >= value.time) return [];
      return [{ ...value, value: ((value.value - last.value) * 1000) / (value.time - last.time) }];
    });
    return grouped(this.#name, this.#unit, rates, [DIRECTION]);
  }
}

function readClocks() {
  return { wall: Date.now(), monotonic: performance.now() };
}

/** Everything but idle and waiting for a disk, as `top` and `mpstat` take it: 0 to 1. */
function busy(modes: readonly Value[]): Sample[] {
  const rest = modes.filter(({ attributes }) => !['idle', 'iowait'].includes(String(attributes['cpu.mode'])));
  return grouped('system.cpu.utilization', '1', rest, []);
}

/** Sums over all that differ in other attributes. */
function grouped(name: string, unit: string, values: readonly Value[], keys: readonly string[]): Sample[] {
  const sums = new Map<string, number>();
  for (const { attributes, value } of values) {
    const group = JSON.stringify(Object.fromEntries(keys.map((key) => [key, attributes[key]])));
    sums.set(group, (sums.get(group) ?? 0) + value);
  }
  return [...sums].map(([attributes, value]) => ({ name, unit, attributes, value }));
}

function ownValues(metric: MetricData | undefined): Value[] {
  if (metric?.dataPointType !== DataPointType.GAUGE && metric?.dataPointType !== DataPointType.SUM) return [];
  return metric.dataPoints
    .filter(({ attributes }) => (attributes['scout.network.namespace'] ?? 'own') === 'own')
    .map(({ attributes, value, endTime }) => ({ attributes, value, time: hrTimeToMilliseconds(endTime) }));
}
