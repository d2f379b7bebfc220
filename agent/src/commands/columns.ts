/** Without a terminal, or with one that doesn't tell its size, as a serial line. */
const COLUMNS = 80;

/** How many characters fit on a line. COLUMNS wins over the terminal (POSIX, "Environment Variables"). */
export function columns(): number {
  const wanted = Number(process.env.COLUMNS);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  return process.stdout.columns || COLUMNS;
}
