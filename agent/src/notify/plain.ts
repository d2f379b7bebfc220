/** Text from a host's name or from a process's, made harmless before it stands in any message. */

/** Controls, separators of lines, marks of direction, spaces without width: Unicode's Cc, Zl, Zp and Cf. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]+/gu;

/** One line without anything invisible: nothing in it can begin a header, or turn words round. */
export function oneLine(text: string): string {
  return text.replace(INVISIBLE, ' ').trim();
}

/** At most `most` UTF-16 units, never half a character. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
