const NEWLINE = 0x0a;
const COLON = 0x3a;
const LISTEN = 0x41;

/** How many rows before a place are looked at: the very last may be gone, or new, when the kernel walks again. */
const ROWS = 3;

/**
 * Whether the kernel ran over the end of its table and gave the last rows once more.
 *
 * `seq_read` (fs/seq_file.c) fills one view at a time. Where the last row is the one that fills a view, the next view
 * asks for more; `tcp_seq_start` (net/ipv4/tcp_ipv4.c) finds nothing behind its place, walks the table from its start
 * and gives what stands behind as many rows as it has given before. Where sockets were opened meanwhile, these are rows
 * already given: under churn in one scan of a hundred. So one of the last rows is looked for among those that stand at
 * the end of a view. Listeners are left out, for several may share an address.
 *
 * @param bytes what the slab holds: up to `length` the last read, behind it the rest of the one before
 * @param filled how much of the slab was read into, `length` or all of it
 */
export function repeatsEnd(bytes: Buffer, length: number, filled: number, viewBytes: number): boolean {
  const last = rowsBefore(bytes, length).filter((row) => bytes[row + pairLength(bytes, row) + 1] !== LISTEN);
  if (last.length === 0) return false;
  for (let view = viewBytes; view <= filled; view += viewBytes) {
    for (const row of rowsBefore(bytes, view)) {
      for (const other of last) {
        if (row !== other && samePair(bytes, row, other)) return true;
      }
    }
  }
  return false;
}

/** Where the first colons stand of the rows that end at `end` or are cut by it, the last one first. */
function rowsBefore(bytes: Buffer, end: number): number[] {
  const colons: number[] = [];
  let place = end - 1;
  while (colons.length < ROWS && place > 0) {
    place = bytes.lastIndexOf(NEWLINE, place - 1);
    if (place === -1) break;
    let colon = place + 5;
    while (bytes[colon] !== COLON && colon < place + 13) colon++;
    colons.push(colon);
  }
  return colons;
}

/** `: XXXXXXXX:XXXX XXXXXXXX:XXXX `, or 32 digits: both addresses and ports, which no two connections share. */
function pairLength(bytes: Buffer, colon: number): number {
  return bytes[colon + 10] === COLON ? 30 : 78;
}

function samePair(bytes: Buffer, one: number, other: number): boolean {
  const length = pairLength(bytes, one);
  // From the end, where the remote port is: most pairs differ there.
  for (let i = length - 1; i > 0; i--) if (bytes[one + i] !== bytes[other + i]) return false;
  return true;
}
