import { all, any, type Condition, isAtLeast, isOver, times } from '../expression.js';
import {
  acceptQueueFull,
  connections,
  normalPeak,
  normalPeakReceived,
  received,
  synCookies,
} from '../facts.js';
import type { Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import type { View } from '../view.js';
import { bytesASecond, count, lookNext, percent, ratio } from '../words.js';
import { rises } from './rising-fast.js';

/** Bytes a second that a rise has to have to be one: a megabit. */
const LEAST_BYTES = 125_000;
const RISE = 1;
const LEAST_CONNECTIONS = 100;
/** Of all clients, so many a second may find the queue full when they return after a restart. */
const RETURNING_SHARE = 0.005;
/** Received bytes waver more than connections: a flood that lets go early would come back every minute. */
const HOLD = 0.6;

export function flood({ mode, floor, ...settings }: AlertSettings): Rule[] {
  const own = settings.flood;
  if (own === undefined) return [];
  const { share, events, forMillis } = own;
  const over = (part: number): Condition =>
    any(
      all(
        isOver(connections, times(normalPeak, share * part)),
        isOver(received, times(normalPeakReceived, share * part)),
        isAtLeast(connections, floor * part),
      ),
      all(
        rises('connections', RISE * part, LEAST_CONNECTIONS * part, mode),
        rises('received', RISE * part, LEAST_BYTES * part, mode),
      ),
      ...refused(events * part, part),
    );
  return [
    {
      name: 'flood',
      severity: 'critical',
      title: 'connections and received bytes far above the normal',
      forMillis,
      fires: over(1),
      holds: over(HOLD),
      holdsOverGap: true,
      figure: { value: connections, threshold: times(normalPeak, share), unit: '{connection}' },
      derivation: () =>
        `${percent(share)} of the normal peaks of connections and of received bytes, both rising fast, or ${count(events)} full queues or SYN cookies a second`,
      explain: (view) => ({
        seen: seen(view),
        means: ['Probably a flood, or all clients coming back at once.'],
        next: [
          ...lookNext(view),
          'Limit the rate of the addresses that stand out, at the firewall or the proxy.',
        ],
      }),
    },
  ];
}

/** A flood of SYNs never becomes established: the kernel answers with cookies, or drops what it can't queue. */
function refused(events: number, part: number): Condition[] {
  const tooMany = any(isOver(acceptQueueFull, times(normalPeak, RETURNING_SHARE * part)), {
    met: isOver(acceptQueueFull, 0),
    without: normalPeak,
  });
  return [
    all(isOver(synCookies, events), isAtLeast(connections, 0)),
    all(isOver(acceptQueueFull, events), tooMany, isAtLeast(connections, 0)),
  ];
}

function seen(view: View): string {
  const now = connections.of(view) ?? 0;
  const normal = normalPeak.of(view);
  const bytes = received.of(view);
  const usual = normalPeakReceived.of(view);
  const refusals = (synCookies.of(view) ?? 0) + (acceptQueueFull.of(view) ?? 0);
  return [
    normal
      ? `${count(now)} connections, ${ratio(now, normal)} the normal peak of ${count(normal)}`
      : `${count(now)} connections`,
    bytes === undefined
      ? ''
      : `${bytesASecond(bytes)} received${usual ? `, ${ratio(bytes, usual)} the normal peak` : ''}`,
    refusals >= 1 ? `${count(refusals)} connection requests a second met a full queue` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}
