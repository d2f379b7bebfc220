import { all, isAtLeast, isOver, isUnder, times } from '../expression.js';
import { connections, normalPeak, throughput, usualThroughput } from '../facts.js';
import { HOLD_SHARE, type Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { bytesASecond, count, lookNext, percent, ratio } from '../words.js';

export function idleConnections({ floor, ...settings }: AlertSettings): Rule[] {
  const own = settings['idle-connections'];
  if (own === undefined) return [];
  const { share, forMillis } = own;
  return [
    {
      name: 'idle-connections',
      severity: 'warning',
      title: 'many connections that transfer little',
      forMillis,
      fires: all(
        isOver(connections, times(normalPeak, share)),
        isUnder(throughput, usualThroughput),
        isAtLeast(connections, floor),
      ),
      holds: isOver(connections, times(normalPeak, share * HOLD_SHARE)),
      holdsOverGap: true,
      figure: { value: connections, threshold: times(normalPeak, share), unit: '{connection}' },
      derivation: () =>
        `${percent(share)} of the normal peak while less is transferred than usual at this hour on the last days`,
      explain: (view) => {
        const now = connections.of(view) ?? 0;
        const normal = normalPeak.of(view) ?? now;
        return {
          seen: `${count(now)} connections, ${ratio(now, normal)} the normal peak of ${count(normal)}, with ${bytesASecond(throughput.of(view) ?? 0)} where ${bytesASecond(usualThroughput.of(view) ?? 0)} are usual at this hour`,
          means: [
            'Connections are held that carry nothing: a pool without a limit, clients that never close, or slow-request abuse.',
          ],
          next: [
            ...lookNext(view),
            'Idle limits at the server or the proxy, and TCP keep-alive, give them back.',
          ],
        };
      },
    },
  ];
}
