import { IS_LITTLE, MAPPED, ONE } from './printed-address.js';
import type { Row } from './row.js';

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
