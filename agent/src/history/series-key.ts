/**
 * What tells a series from every other.
 * @param attributes their JSON, keys in order
 */
export function seriesKey(name: string, attributes: string): string {
  return `${name} ${attributes}`;
}
