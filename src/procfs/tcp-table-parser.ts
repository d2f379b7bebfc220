import { STATE_OF_CODE, TCP_STATES, type TcpState, type TcpStateCounts } from './tcp-states.js';
import { TcpTableError } from './tcp-table-error.js';

/** No row is longer: the widest of every field of `tcp6` adds up to less. Two rows without a newline are. */
export const LONGEST_ROW = 256;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
const A = 0x41;
const F = 0x46;

/** `: XXXXXXXX:XXXX XXXXXXXX:XXXX SS ` and what follows, counted from the first colon, for 8 and 32 digits. */
const IPV4_DIGITS = 8;
const IPV6_DIGITS = 32;

/**
 * Counts the states in one table's bytes, in whatever pieces they arrive.
 *
 * A row is recognised by its separators: the colons and spaces around both addresses, the state and the queues
 * (`get_tcp4_sock` in net/ipv4/tcp_ipv4.c, `get_tcp6_sock` in net/ipv6/tcp_ipv6.c). The state is found from the
 * row's first colon, because every column moves when `sl` grows wider than four digits.
 *
 * Newlines are searched with `Buffer.indexOf`: it costs 14 ns a row, no more than predicting the next row's
 * length, and misses none. Nothing is allocated for a row.
 */
export class TcpTableParser {
  readonly #path: string;
  readonly #rowsByCode = new Uint32Array(256);
  readonly #partialRow = Buffer.alloc(LONGEST_ROW);
  #partialLength = 0;
  #headerSeen = false;
  #rows = 0;

  /** @param path only for messages */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Takes the next bytes; keeps no reference to them.
   * @throws {TcpTableError} `no-header` or `malformed`
   */
  feed(bytes: Buffer): void {
    let start = this.#partialLength === 0 ? 0 : this.#completePartialRow(bytes);
    for (let end = bytes.indexOf(NEWLINE, start); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      this.#countLine(bytes, start, end);
      start = end + 1;
    }
    if (start < bytes.length) this.#keepPartialRow(bytes, start, bytes.length);
  }

  /**
   * Says that the last bytes have been fed.
   * @throws {TcpTableError} `no-header` where nothing but an incomplete line came, `truncated` where the last row has no end
   */
  finish(): TcpStateCounts {
    if (!this.#headerSeen) throw this.#notALine(this.#partialRow.subarray(0, this.#partialLength));
    if (this.#partialLength > 0) {
      throw new TcpTableError(
        'truncated',
        this.#path,
        `row ${this.#rows + 1} breaks off after ${this.#partialLength} bytes; read the table again`,
      );
    }
    const counts = Object.fromEntries(TCP_STATES.map((state) => [state, 0])) as Record<TcpState, number>;
    let unknown = 0;
    this.#rowsByCode.forEach((rows, code) => {
      const state = STATE_OF_CODE[code];
      if (state === undefined) unknown += rows;
      else counts[state] += rows;
    });
    return Object.freeze(unknown > 0 ? { ...counts, unknown } : counts);
  }

  #completePartialRow(bytes: Buffer): number {
    const end = bytes.indexOf(NEWLINE);
    this.#keepPartialRow(bytes, 0, end === -1 ? bytes.length : end);
    if (end === -1) return bytes.length;
    const length = this.#partialLength;
    this.#partialLength = 0;
    this.#countLine(this.#partialRow, 0, length);
    return end + 1;
  }

  #keepPartialRow(bytes: Buffer, start: number, end: number): void {
    if (this.#partialLength + end - start > LONGEST_ROW) throw this.#notALine(bytes.subarray(start, end));
    this.#partialLength += bytes.copy(this.#partialRow, this.#partialLength, start, end);
  }

  #countLine(bytes: Buffer, start: number, end: number): void {
    if (this.#headerSeen) {
      const code = stateCode(bytes, start, end);
      if (code === -1) throw this.#notALine(bytes.subarray(start, end));
      // biome-ignore lint/style/noNonNullAssertion: a code is two hexadecimal digits, and there are 256 places
      this.#rowsByCode[code]!++;
      this.#rows++;
    } else {
      const line = bytes.subarray(start, end);
      if (line.length > LONGEST_ROW || !line.includes('local_address')) throw this.#notALine(line);
      this.#headerSeen = true;
    }
  }

  /** What a line that doesn't belong here means: without the header this isn't such a table at all. */
  #notALine(line: Buffer): TcpTableError {
    if (!this.#headerSeen) return this.#noHeader(line);
    const place = `line ${this.#rows + 2}`;
    return new TcpTableError('malformed', this.#path, `${place} is not a row of a TCP table: ${quote(line)}`);
  }

  #noHeader(found: Buffer): TcpTableError {
    return new TcpTableError(
      'no-header',
      this.#path,
      found.length === 0
        ? 'is empty, without even a header line, so nothing can be counted from it (WSL1 has such a file; WSL2 and Linux fill it)'
        : `begins with ${quote(found)} instead of the header line of a TCP table; point \`proc\` at a mounted proc file system`,
    );
  }
}

/** The state's code of the row between `start` and `end`, or -1 where these bytes are not a row. */
function stateCode(bytes: Buffer, start: number, end: number): number {
  if (end - start > LONGEST_ROW) return -1;
  let colon = start;
  while (bytes[colon] === SPACE) colon++;
  const sl = colon;
  while (isDigit(bytes[colon])) colon++;
  if (colon === sl || bytes[colon] !== COLON) return -1;
  const digits = bytes[colon + 2 + IPV4_DIGITS] === COLON ? IPV4_DIGITS : IPV6_DIGITS;
  const localPort = colon + 2 + digits;
  const remotePort = localPort + 6 + digits;
  const state = remotePort + 6;
  const isRow =
    // `tr:when` is the last separator looked at; what follows it may be absent in no kernel, but is not needed.
    state + 23 < end &&
    bytes[colon + 1] === SPACE &&
    bytes[localPort] === COLON &&
    bytes[localPort + 5] === SPACE &&
    bytes[remotePort] === COLON &&
    bytes[remotePort + 5] === SPACE &&
    bytes[state + 2] === SPACE &&
    bytes[state + 11] === COLON &&
    bytes[state + 20] === SPACE &&
    bytes[state + 23] === COLON;
  if (!isRow) return -1;
  const high = hexDigit(bytes[state]);
  const low = hexDigit(bytes[state + 1]);
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function hexDigit(byte: number | undefined): number {
  if (isDigit(byte)) return byte - ZERO;
  return byte !== undefined && byte >= A && byte <= F ? byte - A + 10 : -1;
}

/** The first bytes of a line for a message, with nothing in it that a terminal would obey. */
function quote(line: Buffer): string {
  const shown = JSON.stringify(line.toString('latin1', 0, 40)).replace(/[\u007f-\u00ff]/g, '?');
  return line.length > 40 ? `${shown}...` : shown;
}
