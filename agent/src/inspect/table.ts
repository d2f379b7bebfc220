import { wrap } from './layout.js';

/** Narrower, and names are broken into pieces that nobody reads. */
export const NARROWEST = 24;

/** An IPv6 address. For longer names no column is left out; they are broken. */
const LONG_NAME = 39;

/** Cells of one width, of which the first is the heading. */
export type Column = readonly string[];

/** Numbers, flush right. */
export function column(heading: string, cells: readonly (number | string | undefined)[]): Column {
  const texts = [heading, ...cells.map((cell) => String(cell ?? ''))];
  const widest = Math.max(...texts.map((text) => text.length));
  return texts.map((text) => text.padStart(widest));
}

/**
 * Numbers first, names last, where a long one is broken and none is cut. Where it is narrow, columns are left out.
 * @param choices which columns may stand before the names, from the most to the fewest
 * @param names the heading, then one for each line
 * @returns the heading, then the lines
 */
export function table(
  choices: readonly (readonly Column[])[],
  names: readonly string[],
  width: number,
): string[] {
  const longest = Math.min(LONG_NAME, Math.max(...names.map((name) => name.length)));
  const columns = choices.find((some) => widthOf(some) + longest <= width) ?? choices.at(-1) ?? [];
  return names.flatMap((name, line) => {
    const numbers = columns.map((cells) => `${cells[line]}  `).join('');
    const [first = '', ...others] = wrap(name, width - numbers.length);
    return [numbers + first, ...others.map((piece) => ' '.repeat(numbers.length) + piece)];
  });
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, [heading = '']) => sum + heading.length + 2, 0);
}
