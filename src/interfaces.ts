/** Which network interfaces are observed, as options and agent.env.yml name them. */
export interface InterfaceSelection {
  /**
   * Names, where `*` stands for any text, of those to observe in place of the physical ones.
   * @default [] the physical ones
   */
  include?: readonly string[];
  /**
   * Names, where `*` stands for any text, of those to leave out.
   * @default []
   */
  exclude?: readonly string[];
}

/** Interfaces that are observed at most, and patterns that a list may hold. */
export const MAX_INTERFACES = 256;

/** What an entry of `include` and `exclude` has to be. */
export const INTERFACE_FORM =
  'must be the name of a network interface such as eth0, or a pattern such as "veth*"';

/** IFNAMSIZ in linux/if.h, without the zero at its end. */
const MAX_NAME = 15;

/** Whether some interface's name can match: dev_valid_name in net/core/dev.c allows neither slash, colon nor space. */
export function isInterfacePattern(pattern: string): boolean {
  return /^[^\s/:]+$/.test(pattern) && pattern.replaceAll('*', '').length <= MAX_NAME;
}

/** Tests names against all patterns at once. */
export function matchesAny(patterns: readonly string[]): (name: string) => boolean {
  const alternatives = patterns.map((pattern) => pattern.split(/\*+/).map(escaped).join('[^/]*'));
  const expression = new RegExp(`^(?:${alternatives.join('|')})$`);
  return (name) => patterns.length > 0 && expression.test(name);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
