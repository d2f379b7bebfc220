import type { Meter, ObservableResult } from '@opentelemetry/api';
import type { ResolvedOptions } from '../options.js';
import { readCpuUtilization } from '../procfs/cpu-utilization.js';
import { ATTR_CPU_MODE, METRIC_SYSTEM_CPU_UTILIZATION, UNIT_NONE } from '../semconv.js';
import { listsAny, type MetricFamily, type Unregister } from './family.js';
import { type Attempt, tellOnce } from './told-once.js';

/** How the host's CPUs were used since the cycle before. */
export const cpu: MetricFamily = {
  isWanted: (options) => listsAny(options, ['cpu_percent']),
  create: (diag) => {
    const attempt = tellOnce(diag, 'CPU utilisation');
    return (meter, options) => register(meter, options, attempt);
  },
};

function register(meter: Meter, { proc }: ResolvedOptions, attempt: Attempt): Unregister {
  const gauge = meter.createObservableGauge(METRIC_SYSTEM_CPU_UTILIZATION, {
    unit: UNIT_NONE,
    description: 'Share of the time of all CPUs by mode since the collection before; the modes add up to 1',
  });
  const observe = async (result: ObservableResult): Promise<void> => {
    const utilization = await attempt(() => readCpuUtilization(proc));
    for (const [mode, share] of Object.entries(utilization ?? {})) {
      result.observe(share, { [ATTR_CPU_MODE]: mode });
    }
  };
  gauge.addCallback(observe);
  return () => gauge.removeCallback(observe);
}
