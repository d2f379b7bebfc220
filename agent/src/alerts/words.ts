/** Numbers and times as they stand in a message. */
import type { View } from './view.js';

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function count(value: number): string {
  return COUNT.format(value);
}

/** `2.3 times` */
export function ratio(value: number, base: number): string {
  return `${(value / base).toFixed(1)} times`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `4.2 MB/s` */
export function bytesASecond(value: number): string {
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), UNITS.length - 1);
  const number = value / 1000 ** power;
  return `${number < 10 && power > 0 ? number.toFixed(1) : Math.round(number)} ${UNITS[power]}/s`;
}

/** `2026-11-23T03:02`, in UTC, as commands take it. */
export function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16);
}

/** What to look at first, whatever it was: who was connected, and what the logs of that time say. */
export function lookNext({ time }: View): string[] {
  const before = minute(time - 10 * 60_000).replace('T', ' ');
  return [`\`scout-agent inspect --at ${minute(time)}\``, `\`journalctl --since "${before} UTC"\``];
}
