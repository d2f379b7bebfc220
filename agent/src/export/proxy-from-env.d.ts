/** The package has no types of its own. */
declare module 'proxy-from-env' {
  /** The proxy's URL, or an empty text where none applies. */
  export function getProxyForUrl(url: string): string;
}
