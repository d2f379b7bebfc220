const SPACE = 0x20;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
const A = 0x41;
const F = 0x46;

/** An address is 8 hexadecimal digits in `tcp` and 32 in `tcp6`, each four of its bytes in the host's order. */
const IPV4_DIGITS = 8;
const IPV6_DIGITS = 32;

/** The widest row, every field of `tcp6` at its largest, is shorter; two rows without a newline between them are not. */
export const LONGEST_ROW = 256;

/**
 * One row of a table, as a view on the bytes that it stands in. The parser moves the same view from row to row, so that
 * nothing is allocated for one; it is valid only until the parser goes on.
 *
 * A row is recognised by its separators, the colons and spaces around both addresses, the state and the queues
 * (`get_tcp4_sock` in net/ipv4/tcp_ipv4.c, `get_tcp6_sock` in net/ipv6/tcp_ipv6.c):
 *
 *     sl: LOCAL:PORT REMOTE:PORT ST TXQUEUE_:RXQUEUE_ TR:WHEN____ RETRNSMT UID TIMEOUT INODE ...
 *
 * Everything is found from the row's first colon, because every column moves when `sl` grows wider than four digits.
 */
export class Row {
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  #digits = IPV4_DIGITS;
  #local = 0;
  #code = 0;

  /** Moves to the line between `start` and `end`; false where these bytes are not a row. */
  moveTo(bytes: Buffer, start: number, end: number): boolean {
    if (end - start > LONGEST_ROW) return false;
    let colon = start;
    while (bytes[colon] === SPACE) colon++;
    const sl = colon;
    while (isDigit(bytes[colon])) colon++;
    if (colon === sl || bytes[colon] !== COLON) return false;
    const digits = bytes[colon + 2 + IPV4_DIGITS] === COLON ? IPV4_DIGITS : IPV6_DIGITS;
    const localPort = colon + 2 + digits;
    const remotePort = localPort + 6 + digits;
    const state = remotePort + 6;
    const isRow =
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
    if (!isRow) return false;
    const high = hexDigit(bytes[state]);
    const low = hexDigit(bytes[state + 1]);
    if (high === -1 || low === -1) return false;
    this.#bytes = bytes;
    this.#end = end;
    this.#digits = digits;
    this.#local = colon + 2;
    this.#code = high * 16 + low;
    return true;
  }

  /** The state's code, 0 to 255. */
  get code(): number {
    return this.#code;
  }

  get localPort(): number {
    return this.#hex(this.#local + this.#digits + 1, 4);
  }

  get remotePort(): number {
    return this.#hex(this.#local + 2 * this.#digits + 7, 4);
  }

  /** The local address as the kernel prints it, in hexadecimal. */
  get localAddress(): string {
    return this.#bytes.toString('latin1', this.#local, this.#local + this.#digits);
  }

  /** The remote address as the kernel prints it, in hexadecimal. */
  get remoteAddress(): string {
    const start = this.#local + this.#digits + 6;
    return this.#bytes.toString('latin1', start, start + this.#digits);
  }

  /** The socket's inode, the number in `/proc/<pid>/fd`'s `socket:[inode]`; 0 for one that no process holds. */
  get inode(): number {
    // ST, the queues and the timer have fixed widths; retrnsmt, uid and timeout are skipped as words.
    let at = this.#local + 2 * this.#digits + 12 + 32;
    for (let words = 0; words < 3; words++) {
      while (this.#bytes[at] === SPACE) at++;
      while (at < this.#end && this.#bytes[at] !== SPACE) at++;
    }
    while (this.#bytes[at] === SPACE) at++;
    let inode = 0;
    for (let byte = this.#bytes[at]; isDigit(byte) && at < this.#end; byte = this.#bytes[++at]) {
      inode = inode * 10 + byte - ZERO;
    }
    return inode;
  }

  /** 32-bit words in the local address: 1 for IPv4, 4 for IPv6. */
  get localWords(): number {
    return this.#digits / 8;
  }

  /** One word of the local address, from the front, in the host's byte order as the kernel prints it. */
  localWord(index: number): number {
    return this.#hex(this.#local + index * 8, 8);
  }

  #hex(start: number, digits: number): number {
    let value = 0;
    for (let at = start; at < start + digits; at++) value = value * 16 + hexDigit(this.#bytes[at]);
    return value;
  }
}

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function hexDigit(byte: number | undefined): number {
  if (isDigit(byte)) return byte - ZERO;
  return byte !== undefined && byte >= A && byte <= F ? byte - A + 10 : -1;
}
