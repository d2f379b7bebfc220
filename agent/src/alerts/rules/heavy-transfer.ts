import { all, isAtLeast, isOver, isUnder, times } from '../expression.js';
import { connections, normalPeak, normalPeakTransmitted, transmitted } from '../facts.js';
import { HOLD_SHARE, type Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { bytesASecond, count, lookNext, percent, ratio } from '../words.js';

/** Bytes a second below which nothing is called heavy: a megabit. */
const LEAST_BYTES = 125_000;

export function heavyTransfer(settings: AlertSettings): Rule[] {
  const own = settings['heavy-transfer'];
  if (own === undefined) return [];
  const { share, forMillis } = own;
  const over = (part: number) =>
    all(
      isOver(transmitted, times(normalPeakTransmitted, share * part)),
      isAtLeast(transmitted, LEAST_BYTES * part),
      isUnder(connections, times(normalPeak, share)),
    );
  return [
    {
      name: 'heavy-transfer',
      severity: 'info',
      title: 'much more sent than normal',
      forMillis,
      fires: over(1),
      holds: over(HOLD_SHARE),
      holdsOverGap: true,
      figure: { value: transmitted, threshold: times(normalPeakTransmitted, share), unit: 'By/s' },
      derivation: () => `${percent(share)} of the normal peak of transmitted bytes, with normal connections`,
      explain: (view) => {
        const bytes = transmitted.of(view) ?? 0;
        return {
          seen: `${bytesASecond(bytes)} sent, ${ratio(bytes, normalPeakTransmitted.of(view) ?? bytes)} the normal peak, over ${count(connections.of(view) ?? 0)} connections, which is normal`,
          means: ['A backup, a large download, or data that leaves without leave.'],
          next: lookNext(view),
        };
      },
    },
  ];
}
