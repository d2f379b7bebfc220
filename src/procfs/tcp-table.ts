import fs from 'node:fs';
import { promisify } from 'node:util';
import { repeatsEnd } from './repeated-end.js';
import { LONGEST_ROW } from './row.js';
import { ALL_ROWS, type Apart, type RowSelection, Selected } from './row-selection.js';
import { borrowSlab, returnSlab, VIEW_BYTES } from './slab.js';
import type { TcpStateCounts } from './tcp-states.js';
import { TcpTableError } from './tcp-table-error.js';
import { type RowHooks, TcpTableParser } from './tcp-table-parser.js';

const open = promisify(fs.open);
const readv = promisify(fs.readv);
const close = promisify(fs.close);

/** Sizes that a memory page may have; on x64 there is one. */
const PAGES = process.arch === 'x64' ? [4_096] : [4_096, 16_384, 65_536];

/** A table's counts, and how long the kernel and this process took for them. */
export interface TcpTableScan {
  counts: TcpStateCounts;
  apart: Apart;
  seconds: number;
}

/** What is gathered from a table's rows beside the count of their states. */
export interface Gathering<T> {
  readonly hooks: RowHooks;
  readonly gathered: T;
}

/** A table's counts and what was gathered with them. */
export interface TcpTableWalk<T> {
  counts: TcpStateCounts;
  gathered: T;
  seconds: number;
}

interface Walk<T> extends Omit<TcpTableWalk<T>, 'seconds'> {
  /** The kernel gave its last rows twice, so the counts are too high. */
  repeatsEnd: boolean;
}

/** A walk that repeats its end is taken again; with the churn of a busy host one in a hundred does. */
const WALKS = 8;

const inFlight = new Map<string, Promise<TcpTableScan>>();

/** As `readTcpTable`, of selected rows, with the time that it took. */
export function scanTcpTable(path: string, selection: RowSelection = ALL_ROWS): Promise<TcpTableScan> {
  const { loopback, ports, own, portRange } = selection;
  const key = JSON.stringify([path, loopback, ports, own?.id, portRange]);
  const running = inFlight.get(key);
  if (running !== undefined) return running;
  const scan = walkTcpTable(path, () => new Selected(selection))
    .then(({ counts, gathered, seconds }) => ({ counts, apart: gathered, seconds }))
    .finally(() => inFlight.delete(key));
  inFlight.set(key, scan);
  return scan;
}

/**
 * Walks one table, once more where the kernel repeated its end.
 * @param begin gives what gathers from the rows of one walk; what it gathered is thrown away with the walk
 * @throws {TcpTableError} as `readTcpTable`
 */
export async function walkTcpTable<T>(path: string, begin: () => Gathering<T>): Promise<TcpTableWalk<T>> {
  const start = performance.now();
  try {
    for (let i = 0; i < WALKS; i++) {
      const { counts, gathered, repeatsEnd } = await openAndWalk(path, begin());
      if (!repeatsEnd) return { counts, gathered, seconds: (performance.now() - start) / 1_000 };
    }
    throw new TcpTableError(
      'repeated',
      path,
      `gave its last rows twice in each of ${WALKS} readings; read it again`,
    );
  } catch (error) {
    throw error instanceof TcpTableError ? error : readFailure(path, error as NodeJS.ErrnoException);
  }
}

async function openAndWalk<T>(path: string, gathering: Gathering<T>): Promise<Walk<T>> {
  const fd = await open(path, 'r');
  try {
    return await countRows(fd, path, gathering);
  } finally {
    await close(fd);
  }
}

/**
 * Reads up to the first short read and no further: the read that meets the table's end walks it again from its
 * start, and under churn counts rows twice (40,000 stable rows once gave 47,418). That can happen inside the last read
 * too, between two of its views; see repeated-end.ts.
 *
 * The kernel formats rows on the thread pool; the loop only counts them. Reading ahead while it counts was tried and
 * gained nothing: with both tables under way at once two threads are busy already.
 */
async function countRows<T>(fd: number, path: string, gathering: Gathering<T>): Promise<Walk<T>> {
  const parser = new TcpTableParser(path, gathering.hooks);
  const slab = borrowSlab();
  try {
    let length: number;
    let filled = 0;
    do {
      length = (await readv(fd, slab.views)).bytesRead;
      parser.feed(slab.bytes.subarray(0, length));
      filled = Math.max(filled, length);
    } while (!isEnd(length, filled, slab.bytes.length));
    return {
      counts: parser.finish(),
      gathered: gathering.gathered,
      repeatsEnd: repeatsEnd(slab.bytes, length, filled, VIEW_BYTES),
    };
  } finally {
    returnSlab(slab);
  }
}

/**
 * A read that does not fill the slab ends the table. One that stops within a row of a page's end may be a kernel
 * that answers page by page (seen in the source of Linux 5.x), so it is followed by another, unless this kernel has
 * given more than a page before. Where it does not go by pages, that one walks a table of a page's size again; whoever
 * opened a socket in between is counted with it.
 * @param most the longest read of this walk
 */
function isEnd(length: number, most: number, capacity: number): boolean {
  return length < capacity && !PAGES.some((page) => most <= page && length > page - LONGEST_ROW);
}

const MISSING_ELSEWHERE =
  'Mount the proc file system there, or name its folder as `proc`; where it is mounted with hidepid=2, run as root';

/** With hidepid a process still sees its own folder. */
function isOwn(path: string): boolean {
  return path.startsWith('/proc/self/');
}

function readFailure(path: string, cause: NodeJS.ErrnoException): TcpTableError {
  switch (cause.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TcpTableError(
        'missing',
        path,
        `there is no such table. ${isOwn(path) ? 'Is procfs mounted at /proc?' : MISSING_ELSEWHERE}`,
        { cause },
      );
    case 'EACCES':
    case 'EPERM':
      return new TcpTableError(
        'unreadable',
        path,
        `the kernel refuses it (${cause.code}); with hidepid=1 or in a container, run as root or add CAP_SYS_PTRACE`,
        { cause },
      );
    default:
      return new TcpTableError('unreadable', path, `can't be read: ${cause.message}`, { cause });
  }
}
