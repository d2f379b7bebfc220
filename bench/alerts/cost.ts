/** What the agent spends on one evaluation of all rules, with a month of history. */
import { table } from '../table.js';
import { quantile } from './intervals.js';

/** Milliseconds of CPU time of each cycle. */
export interface Costs {
  readonly within: readonly number[];
  /** Of those that begin an hour, in which what is normal is worked out anew. */
  readonly beginning: readonly number[];
}

/** Ten days at the default of 10 s, with 240 beginnings of an hour. */
export const CYCLES_OF_COST = 86_400;

const WANTED_MILLIS = 5;

export function costTable({ within, beginning }: Costs): string {
  const row = (name: string, of: readonly number[]) => [
    name,
    millis(quantile(of, 0.5)),
    millis(quantile(of, 0.99)),
    `< ${WANTED_MILLIS} ms`,
  ];
  return [
    'One evaluation of all rules, with 30 days of history (CPU time)',
    '',
    table(
      ['cycle', 'median', 'p99', 'wanted'],
      [row('within an hour', within), row('at the begin of an hour', beginning)],
    ),
    '',
  ].join('\n');
}

function millis(value: number): string {
  return `${value.toFixed(value < 0.1 ? 3 : 2)} ms`;
}
