import { expect, test } from 'vitest';
import { mistakesIn } from '../../../test/config/files.js';
import { loadConfig } from '../../src/config/index.js';

const FORM = 'it must be false, or hold keys of this rule';
const DURATION = 'must be a duration with its unit, from 0s to 1d, such as 5m';
const NAME = 'must be letters, digits and hyphens, such as many-time-wait, and begin with a letter';
const METRIC =
  'must be system.network.connection.count (with a state), scout.tcp.port.connections (with a port) or scout.tcp.port.utilization';
const percentage = (least: number, most: number, example: string) =>
  `must be a percentage from ${least}% to ${most}%, such as ${example}`;
const number = (least: number, most: number, example: number) =>
  `must be a number from ${least} to ${most}, such as ${example}`;
const ABOVE = number(0, 1e12, 5000);
const own = (rule: string) => `alerts: {rules: [${rule}]}`;
const COUNT = 'metric: system.network.connection.count';

test.each<[file: string, mistakes: string[]]>([
  ['alerts:', ['1:1: alerts has no value; it must be false, or hold keys such as above-normal-peak']],
  ['alerts: 5', ['1:9: alerts is a number; it must be false, or hold keys such as above-normal-peak']],
  ['alerts: true', ['1:9: alerts is true; it must be false, or hold keys such as above-normal-peak']],
  ['alerts: []', ['1:9: alerts is a list; it must be false, or hold keys such as above-normal-peak']],
  ['alerts: {mode: fast}', ['1:16: alerts.mode: unknown name "fast"; allowed: normal_peak, rate_of_change']],
  ['alerts: {floor: -1}', [`1:17: alerts.floor ${number(0, 1e7, 100)}`]],
  ['alerts: {floor: many}', [`1:17: alerts.floor is text; it ${number(0, 1e7, 100)}`]],
  ['alerts: {cooldown: 30}', [`1:20: alerts.cooldown is a number; it ${DURATION}`]],
  ['alerts: {cooldown: 2d}', [`1:20: alerts.cooldown ${DURATION}`]],
  [
    'alerts: {cooldwn: 2m}',
    [expect.stringMatching(/unknown key "cooldwn" in alerts; allowed: mode, .+; did you mean cooldown\?$/)],
  ],
  ['alerts: {flood: yes}', [`1:17: alerts.flood is text; ${FORM}`]],
  ['alerts: {flood: true}', [`1:17: alerts.flood is true; ${FORM}; it is on where it is absent`]],
  ['alerts: {flood: off}', [`1:17: alerts.flood is text; ${FORM}; did you mean false?`]],
  ['alerts: {blind: {for: 5 min}}', [`1:23: alerts.blind.for ${DURATION}; did you mean 5m?`]],
  ['alerts: {blind: {for: 5 days}}', [`1:23: alerts.blind.for ${DURATION}`]],
  [
    'alerts:\n  above-normal-peak: {warning: 150}',
    [
      `2:32: alerts.above-normal-peak.warning is a number; it ${percentage(101, 1000, '150%')}; did you mean 150%?`,
    ],
  ],
  [
    'alerts: {above-normal-peak: {warning: 90%}}',
    [`1:39: alerts.above-normal-peak.warning ${percentage(101, 1000, '150%')}`],
  ],
  [
    'alerts: {above-normal-peak: {warning: 250%}}',
    ['1:39: alerts.above-normal-peak.warning must be under critical, which is 200%'],
  ],
  [
    'alerts: {above-normal-peak: {critical: 150%}}',
    ['1:40: alerts.above-normal-peak.critical must be over warning, which is 150%'],
  ],
  [
    'alerts:\n  above-normal-peak: {warning: 1.5}',
    [
      `2:32: alerts.above-normal-peak.warning is a number; it ${percentage(101, 1000, '150%')}; did you mean 150%?`,
    ],
  ],
  [
    'metrics: [tcp_port_utilization]\nalerts: {ports-running-out: {warning: 90%, critical: 90%}}',
    ['2:39: alerts.ports-running-out.warning must be under critical, which is 90%'],
  ],
  [
    'alerts: {ports-running-out: {warning: 70%}}',
    ['1:29: alerts.ports-running-out needs tcp_port_utilization under metrics'],
  ],
  [
    'alerts: {leak-fast: {share: 20}}',
    [`1:29: alerts.leak-fast.share is a number; it ${percentage(1, 1000, '15%')}; did you mean 20%?`],
  ],
  ['alerts: {leak-slow: {lowest: x}}', [`1:30: alerts.leak-slow.lowest ${percentage(101, 1000, '110%')}`]],
  ['alerts: {half-closed: {above: 0}}', [`1:31: alerts.half-closed.above ${number(1, 1e7, 100)}`]],
  ['alerts: {blind: {for: 5}}', [`1:23: alerts.blind.for is a number; it ${DURATION}`]],
  [
    'alerts: {rising-fast: {rate: 5%}}',
    ['1:24: unknown key "rate" in alerts.rising-fast; allowed: rise, least, for; did you mean rise?'],
  ],
  [
    own('5'),
    ['1:18: alerts.rules is a number; it must have keys of its own such as name, each on a line below it'],
  ],
  [
    own('{}'),
    [
      `1:18: alerts.rules.name is missing; it ${NAME}`,
      `1:18: alerts.rules.metric is missing; it ${METRIC}`,
      `1:18: alerts.rules.above is missing; it ${ABOVE}`,
    ],
  ],
  [own(`{name: "two words", ${COUNT}, state: listen, above: 1}`), [`1:25: alerts.rules.name ${NAME}`]],
  [
    own(`{name: flood, ${COUNT}, state: listen, above: 1}`),
    ['1:25: alerts.rules.name is the name of a rule that is there already'],
  ],
  [own(`{name: a, ${COUNT}, above: 1}`), ['1:36: alerts.rules.metric needs state beside it']],
  [
    own(`{name: a, ${COUNT}, state: opened, above: 1}`),
    [expect.stringMatching(/^1:76: alerts\.rules\.state: unknown name "opened"; allowed: established, /)],
  ],
  [
    own(`{name: a, ${COUNT}, state: listen, port: 5, above: 1}`),
    ['1:90: alerts.rules.port is not told apart by system.network.connection.count'],
  ],
  [
    own('{name: a, metric: scout.tcp.port.connections, port: 443, above: 1}'),
    ['1:70: alerts.rules.port must be listed under ports too'],
  ],
  [
    own('{name: a, metric: scout.tcp.port.utilization, above: 1}'),
    ['1:36: alerts.rules.metric needs tcp_port_utilization under metrics'],
  ],
  [
    own('{name: a, metric: scout.tcp.port.utilization, above: 80}'),
    [
      '1:36: alerts.rules.metric needs tcp_port_utilization under metrics',
      '1:71: alerts.rules.above must be a share from 0 to 1; did you mean 0.8?',
    ],
  ],
  [
    own(`{name: a, ${COUNT}, state: listen, above: 1}, {name: a, ${COUNT}, state: listen, above: 1}`),
    ['1:102: alerts.rules.name is listed twice'],
  ],
  [
    own(`{name: a, ${COUNT}, state: listen, above: 1, severity: high}`),
    ['1:104: alerts.rules.severity: unknown name "high"; allowed: info, warning, critical'],
  ],
])('%j', async (file, mistakes) => {
  expect(await mistakesIn(file, (path) => loadConfig({ path, env: {} }))).toEqual(mistakes);
});
