import { hostname } from 'node:os';
import {
  type AddressFamily,
  netPath,
  TABLE_OF_FAMILY,
  TCP_STATES,
  type TcpState,
} from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { collectOnce } from '../collect-once.js';
import type { AgentConfig } from '../config/load.js';
import { type ConnectionCount, connectionCounts, isOwnCount, total } from '../connection-counts.js';
import type { Point } from '../export/points.js';
import { answer } from './answer.js';
import { countByHand } from './count-by-hand.js';
import { missingCounts } from './missing-counts.js';
import { textTable } from './text-table.js';

/**
 * Collects once and prints what was counted.
 * @returns whether there was anything to print
 * @throws {Error} with the causes, where there was nothing and the answer is JSON, which has no place for them
 */
export async function once(config: AgentConfig, { json }: { json: boolean }): Promise<boolean> {
  const points = await collectOnce(config);
  const time = new Date().toISOString();
  const counts = connectionCounts(points);
  const others = points.filter((point) => !isOwnCount(point) && !point.name.startsWith('scout.tcp.scan.'));
  const missing = await missingCounts(points, config.proc);
  const found = counts.length + others.length > 0;
  if (json) {
    await answer(`${JSON.stringify({ time, host: hostname(), metrics: points }, null, 2)}\n`);
    if (!found) throw new Error(missing.join('; ') || 'nothing could be collected; the log says why');
  } else {
    const parts = [
      counts.length > 0 ? report(counts, points, config) : '',
      others.length > 0 ? otherMetrics(others) : '',
      missing.map((line) => `${line}\n`).join(''),
    ];
    await answer(`${[`${hostname()}, ${time}\n`, ...parts.filter((part) => part !== '')].join('\n')}`);
  }
  return found;
}

function otherMetrics(points: readonly Point[]): string {
  const rows = points.map(({ name, attributes, value, unit }) => [
    name,
    Object.entries(attributes)
      .filter(([key]) => key !== 'network.transport')
      .map(([key, attribute]) => `${key}=${attribute}`)
      .join(', '),
    Number.isInteger(value) ? value : Number(value.toFixed(4)),
    unit,
  ]);
  return textTable(['metric', 'attributes', 'value', 'unit'], rows);
}

/** Each count beside the command that gives the same number by hand. */
function report(
  counts: readonly ConnectionCount[],
  points: readonly Point[],
  { proc, loopback }: AgentConfig,
): string {
  const states = [...new Set(counts.map(({ state }) => state))];
  const rows = states.flatMap((state) => {
    const families = counts.filter((count) => count.state === state);
    const each = families.map(({ family, count }) => [
      state,
      family,
      count,
      byHand(proc, state, [family], loopback),
    ]);
    const both = [
      state,
      'both',
      total(families),
      byHand(
        proc,
        state,
        families.map(({ family }) => family),
        loopback,
      ),
    ];
    return states.length === 1 && families.length > 1 ? [...each, both] : each;
  });
  return `${textTable(['state', 'family', 'count', 'the same by hand'], rows)}\n${cost(points)}`;
}

function byHand(proc: string, state: string, families: readonly string[], loopback: boolean): string {
  const paths = families.map((family) => netPath(proc, TABLE_OF_FAMILY[family as AddressFamily]));
  const code = (TCP_STATES.indexOf(state as TcpState) + 1).toString(16).toUpperCase().padStart(2, '0');
  return countByHand(paths, code, loopback);
}

function cost(points: readonly Point[]): string {
  const seconds = points.filter(({ name }) => name === 'scout.tcp.scan.duration').map(({ value }) => value);
  return `read in ${(Math.max(...seconds) * 1_000).toFixed(1)} ms\n`;
}
