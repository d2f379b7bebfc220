import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { readTcpTable, TCP_STATES, TcpTableError } from '../../src/procfs/index.js';

const folder = mkdtempSync(join(tmpdir(), 'tcp-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'.padEnd(
    149,
  );

function row(sl: number, code: string): string {
  const port = sl.toString(16).toUpperCase().padStart(4, '0');
  const start = `${String(sl).padStart(4)}: 0100007F:07D3 0100007F:${port} ${code}`;
  return `${start} 00000000:00000000 00:00000000 00000000     0        0 28039 1 00000000300163b3 20 0 0 10 -1`.padEnd(
    149,
  );
}

function table(name: string, lines: readonly string[]): string {
  return file(name, lines.map((line) => `${line}\n`).join(''));
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const NONE = Object.fromEntries(TCP_STATES.map((state) => [state, 0]));

describe('counts', () => {
  test('this process: a number under each of the eleven states', async () => {
    const counts = await readTcpTable('/proc/self/net/tcp');
    expect(Object.keys(counts).sort()).toEqual(
      'close_wait closed closing established fin_wait_1 fin_wait_2 last_ack listen syn_received syn_sent time_wait'.split(
        ' ',
      ),
    );
    for (const count of Object.values(counts)) expect(Number.isInteger(count)).toBe(true);
  });

  test('every code under its name, past row 10,000 too', async () => {
    const codes = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '0A', '0B'];
    const rows = Array.from({ length: 22_000 }, (_, i) => row(i, codes[i % codes.length] as string));
    const counts = await readTcpTable(table('codes', [HEADER, ...rows]));
    expect(counts).toEqual(Object.fromEntries(TCP_STATES.map((state) => [state, 2_000])));
  });

  test('a header alone is an empty table', async () => {
    expect(await readTcpTable(table('header', [HEADER]))).toEqual(NONE);
  });

  test('0C is a request that was received; a code that nobody knows is told and spoils nothing', async () => {
    const path = table('unknown', [HEADER, row(0, '01'), row(1, '0C'), row(2, '0D'), row(3, 'FF')]);
    expect(await readTcpTable(path)).toEqual({ ...NONE, established: 1, syn_received: 1, unknown: 2 });
  });

  test('nobody can change an answer that others share', async () => {
    const counts = await readTcpTable(table('frozen', [HEADER]));
    expect(() => Object.assign(counts, { established: 7 })).toThrow(TypeError);
  });

  test('who asks while a scan is in flight gets its answer; who asks later gets a new one', async () => {
    const path = table('shared', [HEADER, row(0, '01')]);
    const [first, second] = await Promise.all([readTcpTable(path), readTcpTable(path)]);
    expect(second).toBe(first);
    expect(await readTcpTable(path)).not.toBe(first);
  });
});

describe('where a table ends', () => {
  /** Counts from a pipe, each piece written after the one before was read. It has no end: reading on would hang. */
  async function countPieces(name: string, pieces: readonly string[]) {
    const path = join(folder, name);
    execFileSync('mkfifo', [path]);
    const pipe = await open(path, 'r+');
    try {
      const counting = readTcpTable(path);
      for (const piece of pieces) {
        const before = bytesRead();
        await pipe.write(piece);
        while (bytesRead() < before + piece.length) await setImmediate();
      }
      return await counting;
    } finally {
      await pipe.close();
    }
  }

  let ownReads = 0;

  /** What this process has read so far, but for what this function reads itself (`rchar` in proc_pid_io(5)). */
  function bytesRead(): number {
    const text = readFileSync('/proc/self/io', 'latin1');
    const read = Number(/rchar: (\d+)/.exec(text)?.[1]) - ownReads;
    ownReads += text.length;
    return read;
  }

  test('the first short read ends it: reading on would walk the table again', async () => {
    const once = [HEADER, row(0, '01'), row(1, '0A')].map((line) => `${line}\n`).join('');
    expect(await countPieces('short', [once])).toEqual({
      ...NONE,
      established: 1,
      listen: 1,
    });
  });

  test('a read that stops a row before a page ends may be a kernel that goes page by page', async () => {
    const page = [HEADER, ...Array.from({ length: 26 }, (_, i) => row(i, '01'))]
      .map((line) => `${line}\n`)
      .join('');
    expect(page.length).toBeGreaterThan(4_096 - 256);
    expect(await countPieces('page', [page, `${row(26, '0A')}\n`])).toEqual({
      ...NONE,
      established: 26,
      listen: 1,
    });
  });
});

describe('no count', () => {
  async function failure(path: string): Promise<TcpTableError> {
    const error = await readTcpTable(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TcpTableError);
    expect((error as TcpTableError).path).toBe(path);
    expect((error as TcpTableError).message).toContain(path);
    return error as TcpTableError;
  }

  test('a missing table', async () => {
    expect(await failure(join(folder, 'nowhere'))).toMatchObject({ code: 'missing' });
    expect(await failure(join(file('not-a-folder', ''), 'tcp'))).toMatchObject({ code: 'missing' });
  });

  test('a folder in its place', async () => {
    expect(await failure(folder)).toMatchObject({ code: 'unreadable' });
  });

  test('a table that may not be read', async () => {
    const path = table('secret', [HEADER]);
    chmodSync(path, 0);
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    chmodSync(folder, 0o755);
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { readTcpTable } from '${new URL('../../dist/procfs/index.js', import.meta.url)}';
        await readTcpTable('${path}').catch((error) => console.log(error.code, error.message));`,
      ],
      { ...asNobody, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    for await (const chunk of child.stdout) output += chunk;
    expect(output).toContain('unreadable');
    expect(output).toContain('EACCES');
  });

  test('an empty file, as on WSL1', async () => {
    const error = await failure(file('empty', ''));
    expect(error).toMatchObject({ code: 'no-header' });
    expect(error.message).toContain('empty');
  });

  test('another file', async () => {
    expect(await failure('/proc/self/status')).toMatchObject({ code: 'no-header' });
    expect(await failure(file('long', 'x'.repeat(100_000)))).toMatchObject({ code: 'no-header' });
  });

  test('rows that come twice at the end, however often it is read', async () => {
    // As the kernel gives it: row 50 fills the second view of 3,840 bytes, and the third one begins with it again.
    const rows = Array.from({ length: 51 }, (_, i) => row(i, '01'));
    const path = table('repeated', [HEADER, ...rows, ...rows.slice(-1)]);
    const { code, message } = await failure(path);
    expect({ code, message }).toEqual({
      code: 'repeated',
      message: `${path}: gave its last rows twice in each of 8 readings; read it again`,
    });
  });

  test('a row that is cut at the end', async () => {
    const error = await failure(file('cut', `${HEADER}\n${row(0, '01')}\n${row(1, '01').slice(0, 60)}`));
    expect(error).toMatchObject({ code: 'truncated' });
    expect(error.message).toContain('row 2');
  });

  test('a line that is not a row, named by its number and harmless on a terminal', async () => {
    const error = await failure(table('malformed', [HEADER, row(0, '01'), '\u001b[31mhello: world']));
    expect(error).toMatchObject({ code: 'malformed' });
    expect(error.message).toContain('line 3');
    expect(error.message).not.toContain('\u001b');
  });

  test('two rows that lost the newline between them', async () => {
    expect(await failure(table('merged', [HEADER, row(0, '01') + row(1, '01')]))).toMatchObject({
      code: 'malformed',
    });
  });

  test('a failure leaves nothing behind: the next scan of the path works', async () => {
    const path = file('mended', '');
    await failure(path);
    table('mended', [HEADER, row(0, '01')]);
    expect(await readTcpTable(path)).toMatchObject({ established: 1 });
  });
});
