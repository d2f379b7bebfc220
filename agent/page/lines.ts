/** Which chart a series belongs to, what it is called there and how it looks. */
import type { Identity } from './api.js';
import { CONNECTIONS } from './numbers.js';

export type ChartName = 'connections' | 'cpu' | 'throughput' | 'errors';

export interface ChartKind {
  readonly name: ChartName;
  readonly title: string;
  readonly unit: string;
  readonly metrics: readonly string[];
}

export const COUNT = 'system.network.connection.count';
const PORTS = 'scout.tcp.port.connections';
const STATE = 'network.connection.state';
const FAMILY = 'network.type';
const DIRECTION = 'network.io.direction';

export const CHARTS: readonly ChartKind[] = [
  {
    name: 'connections',
    title: 'TCP connections',
    unit: CONNECTIONS,
    metrics: [COUNT, PORTS],
  },
  {
    name: 'cpu',
    title: 'CPU',
    unit: '1',
    metrics: ['system.cpu.utilization'],
  },
  {
    name: 'throughput',
    title: 'Network throughput',
    unit: 'By/s',
    metrics: ['system.network.io'],
  },
  {
    name: 'errors',
    title: 'Network errors',
    unit: '{error}/s',
    metrics: ['system.network.errors'],
  },
];

export interface Look {
  readonly key: string;
  readonly label: string;
  /** Which colour of the palette. */
  readonly colour: number;
  /** On and off, in pixels, for lines that share a colour with another; solid where absent. */
  readonly dash?: readonly [number, number];
  /** Whether it is shown before anybody has said so. */
  readonly shown: boolean;
  /** In the legend and, the other way round, from front to back. */
  readonly order: number;
}

const TOTAL = { 'network.connection.state': 'established' };
/** The order of the states in a connection's life; the place gives colour and order. */
const STATES = [
  'time_wait',
  'close_wait',
  'listen',
  'syn_received',
  'syn_sent',
  'fin_wait_1',
  'fin_wait_2',
  'last_ack',
  'closing',
  'closed',
];
/** How many colours style.css has for lines. */
export const PALETTE = 6;
const DASH = [6, 3] as const;

export function keyOf({ name, attributes }: Identity): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return [name, ...sorted.map(([key, value]) => `${key}=${value}`)].join(' ');
}

export const TOTAL_KEY = keyOf({ name: COUNT, attributes: TOTAL });

export function lookOf(series: Identity): Look {
  const key = keyOf(series);
  const { attributes } = series;
  const state = attributes[STATE];
  const family = attributes[FAMILY];
  const direction = attributes[DIRECTION];
  const port = attributes['network.local.port'];
  if (key === TOTAL_KEY) return { key, label: 'established', colour: 0, shown: true, order: 0 };
  if (family !== undefined) {
    const isFirst = family === 'ipv4';
    const label = isFirst ? 'IPv4' : family === 'ipv6' ? 'IPv6' : String(family);
    return { key, label, colour: isFirst ? 1 : 2, shown: false, order: isFirst ? 1 : 2 };
  }
  if (state !== undefined) {
    const place = STATES.indexOf(String(state));
    return { key, label: String(state), ...varied(place + 3), shown: false, order: 10 + place };
  }
  if (port !== undefined)
    return {
      key,
      label: `port ${port}`,
      colour: Number(port) % PALETTE,
      dash: DASH,
      shown: false,
      order: 100 + Number(port),
    };
  if (direction !== undefined) {
    const place = direction === 'receive' ? 0 : 1;
    return { key, label: String(direction), colour: place, shown: true, order: place };
  }
  return { key, label: 'busy', colour: 0, shown: true, order: 0 };
}

/** More lines than colours: those of every second round are dashed. */
function varied(place: number): Pick<Look, 'colour' | 'dash'> {
  const isSolid = Math.floor(place / PALETTE) % 2 === 0;
  return { colour: place % PALETTE, ...(isSolid ? {} : { dash: DASH }) };
}
