import { endianness } from 'node:os';
import { expect, test } from 'vitest';
import { addressOf } from '../../src/procfs/address.js';

/** As the kernel of this machine prints it: words in the host's order. */
function printed(bytes: string): string {
  const address = Buffer.from(bytes.replaceAll(' ', ''), 'hex');
  return (endianness() === 'LE' ? address.swap32() : address).toString('hex').toUpperCase();
}

test.each([
  ['cb007107', '203.0.113.7', '203.0.113.0/24'],
  ['00000000', '0.0.0.0', '0.0.0.0/24'],
  ['00000000 00000000 0000ffff cb0071ff', '203.0.113.255', '203.0.113.0/24'],
  ['00000000 00000000 00000000 00000001', '::1', '::/64'],
  ['00000000 00000000 00000000 00000000', '::', '::/64'],
  ['20010db8 85a308d3 1319abcd 03707348', '2001:db8:85a3:8d3:1319:abcd:370:7348', '2001:db8:85a3:8d3::/64'],
  // RFC 5952, section 4.2: the longest run, the first of equal ones, and never a single group.
  ['20010db8 00000000 00010000 00000001', '2001:db8::1:0:0:1', '2001:db8::/64'],
  ['20010000 00000001 00000000 00000001', '2001:0:0:1::1', '2001:0:0:1::/64'],
  ['20010db8 00000001 00010001 00010001', '2001:db8:0:1:1:1:1:1', '2001:db8:0:1::/64'],
  ['fe800000 00000000 0250 56ff fe000001', 'fe80::250:56ff:fe00:1', 'fe80::/64'],
])('%s is %s in %s', (bytes, text, network) => {
  expect(addressOf(printed(bytes))).toEqual({ text, network });
});
