import { endianness } from 'node:os';
import type { Row } from './row.js';

/**
 * The kernel prints an address as words of four bytes in the host's order (`%08X` in get_tcp4_sock and get_tcp6_sock), so
 * that 127.0.0.1 is 0100007F on a little-endian host and 7F000001 on a big-endian one.
 */
const IS_LITTLE = endianness() === 'LE';

const ONE = IS_LITTLE ? 0x01000000 : 1;
const MAPPED = IS_LITTLE ? 0xffff0000 : 0xffff;

/** Whether a row's own end is in 127.0.0.0/8 or is ::1, in the IPv4-mapped form too. */
export function isLoopback(row: Row): boolean {
  if (row.localWords === 1) return isIpv4Loopback(row.localWord(0));
  if (row.localWord(0) !== 0 || row.localWord(1) !== 0) return false;
  const third = row.localWord(2);
  const last = row.localWord(3);
  return third === 0 ? last === ONE : third === MAPPED && isIpv4Loopback(last);
}

function isIpv4Loopback(word: number): boolean {
  return (IS_LITTLE ? word % 256 : Math.floor(word / 2 ** 24)) === 127;
}

const MAPPED_PREFIX = `${'0'.repeat(16)}${MAPPED.toString(16).toUpperCase().padStart(8, '0')}`;

/** The IPv4 part of an IPv4-mapped address as the kernel prints it; any other address as it is. */
export function mappedIpv4(address: string): string {
  return address.startsWith(MAPPED_PREFIX) ? address.slice(MAPPED_PREFIX.length) : address;
}

/** The same as a regular expression of awk for a row's second column, to count by hand. */
export const LOOPBACK_PATTERN = awkPattern();

function awkPattern(): string {
  const ipv4 = IS_LITTLE ? '......7F' : '7F......';
  const hex = (word: number) => word.toString(16).toUpperCase().padStart(8, '0');
  const zero = '0'.repeat(16);
  return `^(${ipv4}|${zero}${hex(0)}${hex(ONE)}|${zero}${hex(MAPPED)}${ipv4}):`;
}
