import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TcpTableError } from '../../src/procfs/index.js';
import { TcpTableParser } from '../../src/procfs/tcp-table-parser.js';
import { kernelTable, mutate, mutations } from './generated-tables.js';
import { referenceParse, type Verdict } from './reference-parser.js';

/** CI runs a million: `FUZZ_RUNS=1000000`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20_000);

/** Where the table is cut into chunks, as shares of its length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

function parse(table: Buffer, shares: readonly number[]): Verdict {
  const parser = new TcpTableParser('table');
  const places = shares.map((share) => Math.floor(share * table.length)).sort((a, b) => a - b);
  try {
    [0, ...places].forEach((start, i) => {
      parser.feed(Buffer.from(table.subarray(start, places[i] ?? table.length)));
    });
    return { counts: { ...parser.finish() } };
  } catch (error) {
    if (error instanceof TcpTableError) return { error: error.code as 'malformed' };
    throw error;
  }
}

describe('the same answer however the bytes arrive', () => {
  test('a table of the kernel, in any chunks, counts as the reference counts it', () => {
    let rows = 0;
    fc.assert(
      fc.property(kernelTable, cuts, (table, shares) => {
        const verdict = referenceParse(table);
        expect(verdict).toHaveProperty('counts');
        expect(parse(table, shares)).toEqual(verdict);
        rows += table.toString('latin1').split('\n').length - 2;
      }),
      { numRuns: Math.max(1_000, RUNS / 10) },
    );
    expect(rows).toBeGreaterThan(1_000);
  });

  test('a byte at a time', () => {
    fc.assert(
      fc.property(kernelTable, (table) => {
        const parser = new TcpTableParser('table');
        for (const byte of table) parser.feed(Buffer.of(byte));
        expect({ counts: { ...parser.finish() } }).toEqual(referenceParse(table));
      }),
      { numRuns: 100 },
    );
  });

  test(`${RUNS} mutated tables: the reference's counts or the reference's error`, () => {
    const seen = { counts: 0, 'no-header': 0, malformed: 0, truncated: 0 };
    fc.assert(
      fc.property(kernelTable, mutations, cuts, (table, harms, shares) => {
        const mutated = mutate(table, harms);
        const expected = referenceParse(mutated);
        const found = parse(mutated, shares);
        // Thrown by hand: `expect` costs more than both parsers together.
        if (JSON.stringify(sorted(found)) !== JSON.stringify(sorted(expected)))
          expect(found).toEqual(expected);
        seen['error' in expected ? expected.error : 'counts']++;
      }),
      { numRuns: RUNS },
    );
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(RUNS / 1_000);
  }, 900_000);
});

function sorted(verdict: Verdict): unknown {
  return 'counts' in verdict ? Object.entries(verdict.counts).sort() : verdict;
}
