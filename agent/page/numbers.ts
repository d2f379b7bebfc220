/** Numbers as they are read, each by its unit. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** The unit of a count of connections. */
export const CONNECTIONS = '{connection}';
const ERRORS = '{error}/s';

/** A rate of bytes goes by thousands, as links are sold and as iftop and ifstat show them. */
const PREFIXES = ['', 'k', 'M', 'G', 'T'] as const;

/** @param unit of UCUM, as the agent's series have it */
export function formatValue(value: number, unit: string): string {
  switch (unit) {
    case '1':
      return `${tenths.format(value * 100)}\u202f%`;
    case 'By/s':
      return formatBytes(value, exponentOf(value));
    case ERRORS:
      return formatRate(value);
    default:
      return value < 100 ? tenths.format(value) : whole.format(value);
  }
}

/** What is seldom a second is told by the hour or the day: 0.00006/s says nothing to anybody. */
function formatRate(perSecond: number): string {
  if (perSecond === 0 || perSecond >= 0.01) return `${precise.format(perSecond)}/s`;
  const perHour = perSecond * 3_600;
  return perHour >= 1 ? `${precise.format(perHour)}/h` : `${precise.format(perHour * 24)}/d`;
}

/** The ticks of an axis, all with the same prefix and time: 0.5 above 900 is not read as half a thousand. */
export function formatTicks(values: readonly number[], unit: string): string[] {
  if (unit === CONNECTIONS) return values.map((value) => whole.format(value));
  if (unit === ERRORS) return values.map((value) => `${precise.format(value)}/s`);
  if (unit !== 'By/s') return values.map((value) => formatValue(value, unit));
  const exponent = exponentOf(Math.max(...values));
  return values.map((value) => (value === 0 ? '0' : formatBytes(value, exponent)));
}

/** Of the value as it will be read: what rounds up to 1,000 kB is 1 MB. */
function exponentOf(value: number): number {
  const rounded = Number(value.toPrecision(3));
  const steps = rounded < 1000 ? 0 : Math.floor(Math.log10(rounded) / 3);
  return Math.min(steps, PREFIXES.length - 1);
}

function formatBytes(value: number, exponent: number): string {
  const scaled = value / 1000 ** exponent;
  const digits = scaled < 100 ? precise.format(scaled) : whole.format(scaled);
  return `${digits}\u202f${PREFIXES[exponent]}B/s`;
}
