import type { Rule } from '../rule.js';
import type { AlertSettings } from '../settings.js';
import { aboveNormalPeak } from './above-normal-peak.js';
import { blind } from './blind.js';
import { flood } from './flood.js';
import { halfClosed } from './half-closed.js';
import { heavyTransfer } from './heavy-transfer.js';
import { idleConnections } from './idle-connections.js';
import { leakFast } from './leak-fast.js';
import { leakSlow } from './leak-slow.js';
import { ownRules } from './own.js';
import { portsRunningOut } from './ports-running-out.js';
import { risingFast } from './rising-fast.js';

/** Every rule that is on. */
export function rulesOf(settings: AlertSettings, intervalMillis: number): Rule[] {
  return [
    ...aboveNormalPeak(settings),
    ...risingFast(settings),
    ...leakFast(settings),
    ...leakSlow(settings),
    ...halfClosed(settings),
    ...portsRunningOut(settings),
    ...flood(settings),
    ...idleConnections(settings),
    ...heavyTransfer(settings),
    ...blind(settings, intervalMillis),
    ...ownRules(settings),
  ];
}
