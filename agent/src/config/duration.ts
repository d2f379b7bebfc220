const MILLIS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A number and its unit, as in the Collector's files and in Prometheus's: `10s`, `1m`, `1.5h`, `1500ms`, `30d`. */
export const DURATION_PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** @returns milliseconds, or `undefined` where `text` is no duration */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_PATTERN.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * MILLIS[match[2] as keyof typeof MILLIS];
}

/** What a text that is no duration may be meant as: `5m` for `5 min`, and seconds where it has no unit. */
export function nearDuration(text: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:(ms|s|m|h|d)[a-z]*)?$/i.exec(text);
  return match === null ? undefined : `${match[1]}${match[2]?.toLowerCase() ?? 's'}`;
}

/** The shortest text for a whole number of milliseconds: 60000 is `1m`. */
export function formatDuration(millis: number): string {
  if (millis === 0) return '0s';
  const unit = (['d', 'h', 'm', 's'] as const).find((name) => millis % MILLIS[name] === 0) ?? 'ms';
  return `${millis / MILLIS[unit]}${unit}`;
}
