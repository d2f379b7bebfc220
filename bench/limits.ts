import type { Measurement, Result } from './measure.js';

/** What the reader must reach; each entry says in words what was not. */
export function missedLimits(large: Measurement, empty: Measurement): string[] {
  const missed: string[] = [];
  const hold = (what: string, value: number, limit: number): void => {
    if (!(value <= limit)) missed.push(`${what}: ${value.toFixed(2)}, at most ${limit} is allowed`);
  };
  const ours = reader(large);
  const at = `${large.rows.toLocaleString('en')} rows`;
  hold(`${at}, CPU time as a share of cat's`, ours.ofCat.cpu, 1.05);
  hold(`${at}, wall time as a share of cat's`, ours.ofCat.wall, 0.75);
  hold(`${at}, main loop active, ms`, ours.mainLoop?.active ?? Number.NaN, 20);
  hold(`${at}, longest piece, ms`, ours.mainLoop?.longestPiece ?? Number.NaN, 1);
  hold(`${at}, CPU time of all metrics as a share of the count alone`, all(large).cpu / ours.cpu, 1.1);
  hold("empty tables, CPU time as a share of cat's", reader(empty).ofCat.cpu, 1);
  hold("empty tables, wall time as a share of cat's", reader(empty).ofCat.wall, 1);
  return missed;
}

/** All metrics but tcp_port_utilization, which has a figure of its own. */
function all({ results }: Measurement): Result {
  return results.at(-2) as Result;
}

function reader({ results }: Measurement): Result {
  return results.at(-1) as Result;
}
