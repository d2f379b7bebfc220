import { all, isOver, times } from '../expression.js';
import { connections, gauge } from '../facts.js';
import { gaugeKey } from '../reading.js';
import { HOLD_SHARE, type Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { count, lookNext, percent } from '../words.js';

const closeWait = gauge(gaugeKey('system.network.connection.count', 'close_wait'), 'host:tcp_close_wait:sum');

export function halfClosed(settings: AlertSettings): Rule[] {
  const own = settings['half-closed'];
  if (own === undefined) return [];
  const { above, share, forMillis } = own;
  return [
    {
      name: 'half-closed',
      severity: 'warning',
      title: 'left half closed by the application',
      forMillis,
      fires: all(isOver(closeWait, above), isOver(closeWait, times(connections, share))),
      holds: all(
        isOver(closeWait, above * HOLD_SHARE),
        isOver(closeWait, times(connections, share * HOLD_SHARE)),
      ),
      holdsOverGap: true,
      figure: { value: closeWait, threshold: above, unit: '{connection}' },
      derivation: () => `${count(above)} in CLOSE_WAIT, and ${percent(share)} of those established`,
      explain: (view) => ({
        seen: `${count(closeWait.of(view) ?? 0)} connections in CLOSE_WAIT beside ${count(connections.of(view) ?? 0)} established`,
        means: [
          'The peers have closed them and the application here has not: it does not read their end, or forgets to close.',
        ],
        next: ['`sudo scout-agent inspect --state close_wait` names the process', ...lookNext(view).slice(1)],
      }),
    },
  ];
}
