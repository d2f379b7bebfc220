import { shellWord } from './shell-word.js';

/**
 * The command that counts a state's rows by hand.
 * @param code the state's code as the tables have it, two hexadecimal digits
 */
export function countByHand(paths: readonly string[], code: string): string {
  return `cat ${paths.map(shellWord).join(' ')} | awk '$4=="${code}"' | wc -l`;
}
