import { SocketAddress } from 'node:net';
import { IS_LITTLE, mappedIpv4 } from './printed-address.js';

/** One end of a connection, for people. */
export interface Address {
  /** IPv4 in decimal, for an IPv4-mapped address too; IPv6 as RFC 5952 has it. */
  readonly text: string;
  /** The /24 of an IPv4 address or the /64 of an IPv6 address that it is in, as `192.0.2.0/24`. */
  readonly network: string;
}

/** @param printed an address as the kernel prints it, 8 or 32 hexadecimal digits */
export function addressOf(printed: string): Address {
  const bytes = bytesOf(mappedIpv4(printed));
  const text = formatAddress(bytes);
  const prefix = bytes.length === 4 ? 24 : 64;
  return { text, network: `${formatAddress(bytes.fill(0, prefix / 8))}/${prefix}` };
}

function bytesOf(digits: string): Buffer {
  const bytes = Buffer.from(digits, 'hex');
  return IS_LITTLE ? bytes.swap32() : bytes;
}

function formatAddress(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  // It prints what inet_ntop(3) prints, so the same as `ss`.
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}
