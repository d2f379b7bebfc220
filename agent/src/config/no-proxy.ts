import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Whether NO_PROXY leads past the proxy, as curl and Go read it: names cover their subdomains, with or without a dot
 * before them, `*` covers everything, networks are written 10.0.0.0/8, and a port behind the name limits it.
 */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isIP(host) > 0 && isInNetwork(host, entry);
  const [, name = '', onlyPort] = isIPv6(entry) ? ['', entry] : (/^(.+?)(?::(\d+))?$/.exec(entry) ?? []);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const covered = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === covered || (isIP(host) === 0 && host.endsWith(`.${covered}`));
}

/** A network that can't be read covers nothing. */
function isInNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  if (isIP(address) !== isIP(host) || !/^\d+$/.test(prefix)) return false;
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (Number(prefix) > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
