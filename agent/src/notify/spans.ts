/** Times and how long something took, as a person reads them at night. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `03:02`, or `2026-11-22 23:50` where that is another day than `other`; in UTC. */
export function clock(time: number, other: number): string {
  const text = new Date(time).toISOString();
  const isSameDay = text.slice(0, 10) === new Date(other).toISOString().slice(0, 10);
  return isSameDay ? text.slice(11, 16) : text.slice(0, 16).replace('T', ' ');
}

/** `03:02 to 03:44 UTC` */
export function period(from: number, to: number, now: number): string {
  return `${clock(from, now)} to ${clock(to, now)} UTC`;
}

/** `42 minutes`, `3 hours 5 minutes`, `2 days 4 hours`: the two largest units. */
export function span(millis: number): string {
  if (millis < MINUTE) return 'less than a minute';
  const minutes = Math.round(millis / MINUTE);
  if (minutes < 60) return plural(minutes, 'minute');
  const rounded = minutes * MINUTE;
  if (rounded < DAY) return both(rounded, HOUR, 'hour', MINUTE, 'minute');
  return both(rounded, DAY, 'day', HOUR, 'hour');
}

function both(millis: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((millis % large) / small);
  const first = plural(Math.floor(millis / large), largeName);
  return rest === 0 ? first : `${first} ${plural(rest, smallName)}`;
}

function plural(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
