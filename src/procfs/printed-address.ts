import { endianness } from 'node:os';

/**
 * The kernel prints an address as words of four bytes in the host's order (`%08X` in get_tcp4_sock and get_tcp6_sock), so
 * that 127.0.0.1 is 0100007F on a little-endian host and 7F000001 on a big-endian one.
 */
export const IS_LITTLE = endianness() === 'LE';

/** The last word of ::1. */
export const ONE = IS_LITTLE ? 0x01000000 : 1;

/** The third word of an IPv4-mapped address, ::ffff:a.b.c.d; those before it are 0. */
export const MAPPED = IS_LITTLE ? 0xffff0000 : 0xffff;

const ZERO = '0'.repeat(16);
const MAPPED_PREFIX = `${ZERO}${hex(MAPPED)}`;

/** The IPv4 part of an IPv4-mapped address as the kernel prints it; any other address as it is. */
export function mappedIpv4(address: string): string {
  return address.startsWith(MAPPED_PREFIX) ? address.slice(MAPPED_PREFIX.length) : address;
}

const IPV4_LOOPBACK = IS_LITTLE ? '......7F' : '7F......';

/** Loopback addresses as a regular expression of awk for a row's second column, to count by hand. */
export const LOOPBACK_PATTERN = `^(${IPV4_LOOPBACK}|${ZERO}${hex(0)}${hex(ONE)}|${MAPPED_PREFIX}${IPV4_LOOPBACK}):`;

function hex(word: number): string {
  return word.toString(16).toUpperCase().padStart(8, '0');
}
