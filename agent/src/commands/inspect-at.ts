import type { AlertEvent } from '../alerts/event.js';
import type { AgentConfig } from '../config/load.js';
import { screen } from '../inspect/screen.js';
import { pastEvents } from './alerts.js';
import { answer } from './answer.js';
import { columns } from './columns.js';

/** A message names the minute. */
const MINUTE_MILLIS = 60_000;

/**
 * Prints who held the connections when an alert fired.
 * @throws {Error} where none fired about that time, with those that did
 */
export async function inspectAt(
  config: AgentConfig,
  { at, json }: { readonly at: number; readonly json: boolean },
): Promise<void> {
  const events = (await pastEvents(config)).filter(({ who }) => who !== undefined);
  const found = nearest(events, at);
  if (found?.who === undefined) throw new Error(noneAt(at, events));
  const { who, rule, severity, explanation } = found;
  if (json) await answer(`${JSON.stringify(found, null, 2)}\n`);
  else
    await answer(
      `${[`${rule} (${severity}): ${explanation.seen}`, '', ...screen(who, columns())].join('\n')}\n`,
    );
}

/** That which began last by the end of that minute and had not ended before it. */
function nearest(events: readonly AlertEvent[], at: number): AlertEvent | undefined {
  return events.findLast(
    ({ since, firedAt, resolvedAt = Date.now() }) =>
      Math.min(since, firedAt) < at + MINUTE_MILLIS && resolvedAt >= at,
  );
}

function noneAt(at: number, events: readonly AlertEvent[]): string {
  const minutes = new Set(events.map(({ firedAt }) => new Date(firedAt).toISOString().slice(0, 16)));
  const times = [...minutes].slice(-5);
  const others = times.length === 0 ? 'none has fired yet' : `alerts fired at ${times.join(', ')}`;
  return `no alert fired at ${new Date(at).toISOString()}, and who holds the connections is kept only then; ${others}`;
}
