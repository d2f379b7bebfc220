/** The tables by address family, as the semantic conventions' `network.type` names it. */
export const TABLE_OF_FAMILY = { ipv4: 'tcp', ipv6: 'tcp6' } as const;

/** An address family by the name of `network.type`. */
export type AddressFamily = keyof typeof TABLE_OF_FAMILY;

/**
 * Where a file of `<proc>/.../net` stands.
 *
 * `/proc/net` is a link to `self/net`, so with a host's procfs mounted elsewhere, `<proc>/net` and `<proc>/self/net`
 * are still the reader's own namespace; process 1 is the host's. For `/proc` itself the way is `self`, because
 * systemd's `ProcSubset=pid` hides `/proc/net` and leaves `/proc/self/net`.
 */
export function netPath(proc: string, file: string): string {
  return `${netFolder(proc)}/${file}`;
}

/** The folder that {@link netPath} looks in. */
export function netFolder(proc: string): string {
  const root = proc.replace(/\/+$/, '');
  return root === '/proc' ? '/proc/self/net' : `${root}/1/net`;
}
