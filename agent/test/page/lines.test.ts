import { describe, expect, it } from 'vitest';
import { COUNT, keyOf, lookOf, PALETTE, TOTAL_KEY } from '../../page/lines.js';

const count = (attributes: Record<string, string>) => lookOf({ name: COUNT, attributes });
const STATE = 'network.connection.state';

describe('a line', () => {
  it('is the same in whatever order its attributes come', () => {
    const attributes = { 'network.type': 'ipv4', [STATE]: 'established' };
    const reversed = Object.fromEntries(Object.entries(attributes).reverse());
    expect(keyOf({ name: COUNT, attributes })).toBe(keyOf({ name: COUNT, attributes: reversed }));
  });

  it('of the sum of established connections is in front, and the only one of its chart at first', () => {
    const total = count({ [STATE]: 'established' });
    expect(total).toMatchObject({ key: TOTAL_KEY, label: 'established', shown: true, order: 0 });
    for (const other of [
      count({ [STATE]: 'established', 'network.type': 'ipv4' }),
      count({ [STATE]: 'time_wait' }),
      lookOf({ name: 'scout.tcp.port.connections', attributes: { 'network.local.port': 443 } }),
    ])
      expect(other.shown).toBe(false);
  });

  it.each([
    ['ipv4', 'IPv4'],
    ['ipv6', 'IPv6'],
  ])('of the family %s is called %s', (family, label) => {
    expect(count({ [STATE]: 'established', 'network.type': family }).label).toBe(label);
  });

  it('of a port has a place among all 65,535', () => {
    const ports = [22, 443, 65_535].map((port) =>
      lookOf({ name: 'scout.tcp.port.connections', attributes: { 'network.local.port': port } }),
    );
    expect(ports.map(({ label }) => label)).toEqual(['port 22', 'port 443', 'port 65535']);
    expect(ports.every(({ colour }) => colour >= 0 && colour < PALETTE)).toBe(true);
  });

  it('of a state that is unknown here has a colour all the same', () => {
    expect(count({ [STATE]: 'bound_inactive' }).colour).toBeGreaterThanOrEqual(0);
  });
});
