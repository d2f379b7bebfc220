import { type InterfaceSelection, MAX_INTERFACES, matchesAny } from '../interfaces.js';

/**
 * Names that kernel, container engines, hypervisors and VPNs give to interfaces whose traffic passes another one as
 * well, or no wire at all.
 */
const isVirtualName = matchesAny([
  ...['lo', 'dummy*', 'ifb*', 'nlmon*', 'vcan*'],
  ...['veth*', 'docker*', 'podman*', 'cni*', 'flannel*', 'cali*', 'cilium*', 'lxc*', 'lxd*', 'weave*'],
  ...[
    'kube-*',
    'nodelocaldns',
    'br*',
    'virbr*',
    'vmbr*',
    'fwbr*',
    'fwpr*',
    'fwln*',
    'ovs-*',
    'vnet*',
    'tap*',
  ],
  ...[
    'bond*',
    'team*',
    'vlan*',
    '*.*',
    'vxlan*',
    'geneve*',
    'macv*',
    'ipvlan*',
    'ppp*',
    'tun*',
    'wg*',
    'tailscale*',
    'zt*',
  ],
  ...['sit*', 'gre*', 'erspan*', 'ip6gre*', 'ip6tnl*', 'ip_vti*', 'ip6_vti*'],
]);

/**
 * Chooses among the interfaces that are there. Without an `include` they are the physical ones; where none of these is
 * known to be physical, as in a container, those whose name tells no virtual kind.
 */
export function interfaceChoice({
  include,
  exclude,
}: Required<InterfaceSelection>): (names: readonly string[], physical: ReadonlySet<string>) => string[] {
  const isIncluded = matchesAny(include);
  const isExcluded = matchesAny(exclude);
  return (names, physical) => {
    const isPhysical = names.some((name) => physical.has(name))
      ? (name: string) => physical.has(name)
      : (name: string) => !isVirtualName(name);
    return names.filter(include.length > 0 ? isIncluded : isPhysical).filter((name) => !isExcluded(name));
  };
}

/**
 * Lets at most {@link MAX_INTERFACES} names through. Those that it let through the time before stay, so that no graph
 * changes over to another interface while its own lives.
 */
export function boundedNames(): (names: readonly string[]) => string[] {
  let before: ReadonlySet<string> = new Set();
  return (names) => {
    const bounded = [
      ...names.filter((name) => before.has(name)),
      ...names.filter((name) => !before.has(name)),
    ].slice(0, MAX_INTERFACES);
    before = new Set(bounded);
    return bounded;
  };
}
