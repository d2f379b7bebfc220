/** Text fit to a terminal's width. */
import { printable } from '../log.js';

/** A process chooses its name; nothing in it may move the cursor. */
export function oneLine(name: string): string {
  return printable(name).replaceAll('\n', '\\u000a');
}

/** Lines of at most `width` characters, broken behind a space or a colon where there is one. Nothing is left out. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const at = Math.max(rest.lastIndexOf(' ', width), rest.lastIndexOf(':', width - 1) + 1);
    const end = at > 0 ? at : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

const BETWEEN = 4;

/** Blocks of lines, as many beside each other as fit, an empty line between those that stand below each other. */
export function beside(blocks: readonly (readonly string[])[], width: number): string[] {
  const rows: (readonly string[])[][] = [];
  let used = 0;
  for (const block of blocks) {
    const last = rows.at(-1);
    const wide = widthOf(block);
    if (last !== undefined && used + BETWEEN + wide <= width) {
      last.push(block);
      used += BETWEEN + wide;
    } else {
      rows.push([block]);
      used = wide;
    }
  }
  return rows.flatMap((row, index) => (index === 0 ? join(row) : ['', ...join(row)]));
}

function join(blocks: readonly (readonly string[])[]): string[] {
  const height = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, line) =>
    blocks
      .map((block) => (block[line] ?? '').padEnd(widthOf(block) + BETWEEN))
      .join('')
      .trimEnd(),
  );
}

function widthOf(block: readonly string[]): number {
  return Math.max(...block.map((line) => line.length));
}
