import { formatDuration } from '../../config/duration.js';
import { isAtLeast } from '../expression.js';
import { blindness } from '../facts.js';
import type { Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { BLIND_CYCLES, blindWindow } from '../signals.js';

export function blind(settings: AlertSettings, intervalMillis: number): Rule[] {
  const own = settings.blind;
  if (own === undefined) return [];
  const met = isAtLeast(blindness(formatDuration(blindWindow(intervalMillis))), 1);
  return [
    {
      name: 'blind',
      severity: 'critical',
      title: 'the connections are not counted',
      forMillis: own.forMillis,
      fires: met,
      holds: met,
      holdsOverGap: false,
      derivation: () => `${BLIND_CYCLES} cycles without a successful scan`,
      explain: () => ({
        seen: `the connections have not been counted for ${BLIND_CYCLES} cycles`,
        means: [
          'The tables of the kernel can not be read, or the agent is held up; no other alert can fire meanwhile.',
        ],
        next: ['`scout-agent once` says what is wrong', '`journalctl -u scout-agent`'],
      }),
    },
  ];
}
