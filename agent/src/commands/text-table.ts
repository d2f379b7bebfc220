/** Rows as aligned columns; a column that holds only numbers below its heading is flush right. */
export function textTable(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const columns = heading.map((name, i) => {
    const cells = rows.map((row) => row[i] ?? '');
    const width = Math.max(name.length, ...cells.map((cell) => String(cell).length));
    const flushRight = cells.every((cell) => typeof cell === 'number' || cell === '');
    return (cell: string | number) =>
      flushRight ? String(cell).padStart(width) : String(cell).padEnd(width);
  });
  return [heading, ...rows]
    .map((row) =>
      columns
        .map((show, i) => show(row[i] ?? ''))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
