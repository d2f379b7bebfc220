import { LOOPBACK_PATTERN } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import { shellWord } from './shell-word.js';

/**
 * The command that counts a state's rows by hand.
 * @param code the state's code as the tables have it, two hexadecimal digits
 * @param loopback whether rows of this host's connections with itself count
 */
export function countByHand(paths: readonly string[], code: string, loopback = true): string {
  const condition = `$4=="${code}"${loopback ? '' : ` && $2 !~ /${LOOPBACK_PATTERN}/`}`;
  return `cat ${paths.map(shellWord).join(' ')} | awk '${condition}' | wc -l`;
}
