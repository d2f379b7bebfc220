import fc from 'fast-check';

/** The header lines of the two tables, as Linux 6.18 prints them. */
const HEADER = {
  tcp: '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  tcp6: '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
};

type Table = keyof typeof HEADER;

const hex = (digits: number) =>
  fc.nat(16 ** Math.min(digits, 8) - 1).map((n) => n.toString(16).toUpperCase().padStart(digits, '0'));

const row = (table: Table) => {
  const address =
    table === 'tcp' ? hex(8) : fc.tuple(hex(8), hex(8), hex(8), hex(8)).map((parts) => parts.join(''));
  return fc
    .record({
      local: address,
      localPort: hex(4),
      remote: address,
      remotePort: hex(4),
      state: fc.constantFrom(
        '01',
        '01',
        '01',
        '02',
        '03',
        '04',
        '05',
        '06',
        '07',
        '08',
        '09',
        '0A',
        '0B',
        '0C',
        '0D',
        'FF',
      ),
      queue: hex(8),
      uid: fc.nat(4_294_967_294),
      inode: fc.nat(999_999_999),
      isTimeWait: fc.boolean(),
    })
    .map((r) => {
      const socket = `${r.local}:${r.localPort} ${r.remote}:${r.remotePort} ${r.state} ${r.queue}:00000000 00:00000000 00000000`;
      return r.isTimeWait
        ? `${socket} ${String(0).padStart(5)} ${String(0).padStart(8)} 0 3 0000000086f5adfe`
        : `${socket} ${String(r.uid).padStart(5)} ${String(0).padStart(8)} ${r.inode} 1 0000000086f5adfe 20 0 0 10 -1`;
    });
};

/** A table as the kernel would print it: `sl` with `%4d`, `tcp` rows padded to 149 bytes, `tcp6` rows not. */
export const kernelTable: fc.Arbitrary<Buffer> = fc
  .constantFrom<Table>('tcp', 'tcp6')
  .chain((table) =>
    fc.tuple(fc.constant(table), fc.array(row(table), { maxLength: 60 }), fc.constantFrom(0, 9_990, 99_990)),
  )
  .map(([table, rows, first]) => {
    const lines = rows.map((text, i) => `${String(first + i).padStart(4)}: ${text}`);
    const padded =
      table === 'tcp' ? [HEADER.tcp, ...lines].map((line) => line.padEnd(149)) : [HEADER.tcp6, ...lines];
    return Buffer.from(padded.map((line) => `${line}\n`).join(''), 'latin1');
  });

/** One harm done to a table. */
export type Mutation =
  | { kind: 'set' | 'insert'; at: number; byte: number }
  | { kind: 'delete' | 'repeat'; at: number; length: number }
  | { kind: 'cut'; at: number };

const interesting = fc.oneof(fc.constantFrom(0, 10, 32, 48, 49, 58, 65, 255), fc.nat(255));

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('set', 'insert'), at: fc.nat(), byte: interesting }),
    fc.record({ kind: fc.constantFrom('delete', 'repeat'), at: fc.nat(), length: fc.nat(200) }),
    fc.record({ kind: fc.constant('cut'), at: fc.nat() }),
  ) as fc.Arbitrary<Mutation>,
  { minLength: 1, maxLength: 4 },
);

export function mutate(table: Buffer, harms: readonly Mutation[]): Buffer {
  return harms.reduce(mutateOnce, table);
}

function mutateOnce(bytes: Buffer, harm: Mutation): Buffer {
  const at = bytes.length === 0 ? 0 : harm.at % bytes.length;
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (harm.kind) {
    case 'set':
      return Buffer.concat([before, Buffer.of(harm.byte), after.subarray(1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(harm.byte), after]);
    case 'delete':
      return Buffer.concat([before, after.subarray(harm.length)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, harm.length), after]);
    case 'cut':
      return before;
  }
}
