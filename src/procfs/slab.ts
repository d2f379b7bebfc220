/**
 * One read of a kernel table returns at most a page into one buffer, but fills any number of smaller buffers in a
 * single vectored call, as long as each is no larger than a page less one row (measured on Linux 6.18; `seq_read`
 * in fs/seq_file.c). 64 such views give 245,760 bytes a call instead of 4,050; the pages of a slab that no table has
 * reached yet take no memory. Twice as many would save the main loop a tenth of its time and hold it twice as long in
 * one piece.
 */
export const VIEW_BYTES = 3_840;
const VIEWS = 64;

/** Memory that vectored reads fill from front to back without gaps. */
export interface Slab {
  readonly bytes: Buffer;
  readonly views: readonly Buffer[];
}

/** One for each of the two tables that are read at a time. */
const KEPT = 2;
const free: Slab[] = [];

export function borrowSlab(): Slab {
  return free.pop() ?? newSlab();
}

export function returnSlab(slab: Slab): void {
  if (free.length < KEPT) free.push(slab);
}

function newSlab(): Slab {
  const bytes = Buffer.allocUnsafeSlow(VIEWS * VIEW_BYTES);
  const views = Array.from({ length: VIEWS }, (_, i) => bytes.subarray(i * VIEW_BYTES, (i + 1) * VIEW_BYTES));
  return { bytes, views };
}
