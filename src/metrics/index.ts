import type { DiagLogger, Meter } from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import { cpu } from './cpu.js';
import type { MetricFamily, Register, Unregister } from './family.js';
import { listenOverflows } from './listen-overflows.js';
import { network } from './network.js';
import { tcpConnections } from './tcp-connections.js';

/** Every family; a new one is a file beside these and a place in this list. */
const METRIC_FAMILIES: readonly MetricFamily[] = [tcpConnections, listenOverflows, cpu, network];

/** Builds what puts the families of the listed metrics onto a meter, and takes them off again. */
export function createMetrics(diag: DiagLogger): Register {
  const families = METRIC_FAMILIES.map(({ isWanted, create }) => ({ isWanted, register: create(diag) }));
  return (meter: Meter, options: ResolvedOptions): Unregister => {
    const registered = families
      .filter(({ isWanted }) => isWanted(options))
      .map(({ register }) => register(meter, options));
    return () => {
      for (const unregister of registered) unregister();
    };
  };
}
