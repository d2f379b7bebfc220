const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A date in UTC, whatever this host's time zone is: `2026-01-31`, `2026-01-31T12:00`, `2026-01-31T12:00:00+02:00`.
 * @returns milliseconds since 1970; `undefined` where `text` is no date
 */
export function parseDate(text: string): number | undefined {
  const [, date, clock = '00:00', zone = 'Z'] = FORM.exec(text) ?? [];
  if (date === undefined) return undefined;
  // JavaScript takes 30 February for another day.
  if (new Date(`${date}T00:00Z`).getUTCDate() !== Number(date.slice(8))) return undefined;
  const time = Date.parse(`${date}T${clock}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}
