import { isIP, isIPv4 } from 'node:net';

/** Where the agent shows what it knows. */
export interface DashboardConfig {
  /** `undefined` where nothing is to listen. */
  readonly listen: Listen | undefined;
  /** What a visitor has to know. */
  readonly token: string | undefined;
  /** How readers reach it through something that stands before it. */
  readonly url: string | undefined;
}

export interface Listen {
  /** An IP address, or `localhost`. */
  readonly host: string;
  /** 0 for one that the system chooses. */
  readonly port: number;
}

export const DEFAULT_LISTEN = '127.0.0.1:4380';

/** What `dashboard.listen` says where nothing is to listen. */
export const NOWHERE = 'none';

/** `127.0.0.1:4380`, `[::1]:4380`, `localhost:4380`; `undefined` where `text` is nothing of the kind. */
export function parseListen(text: string): Listen | undefined {
  const match = /^(?:\[(?<six>[\da-fA-F:.]+)\]|(?<four>[\d.]+|localhost)):(?<port>\d{1,5})$/.exec(text);
  const { six, four, port } = match?.groups ?? {};
  const host = six ?? four;
  if (host === undefined || Number(port) > 65_535) return undefined;
  if (host !== 'localhost' && isIP(host) !== (six === undefined ? 4 : 6)) return undefined;
  return { host, port: Number(port) };
}

/** As it stands in a URL. */
export function authority({ host, port }: Listen): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether only this host itself can reach an address: 127.0.0.0/8 and ::1, RFC 6890. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
