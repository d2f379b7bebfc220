import { expect, test } from 'vitest';
import type { Severity } from '../../src/alerts/alert.js';
import type { ToldAlert } from '../../src/notify/notification.js';
import { NEW_STAGE, type StageSettings, type StageState, stageSchema, step } from '../../src/notify/stage.js';

const NIGHT = Date.parse('2026-11-23T00:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const settings: StageSettings = {
  cooldownMillis: 30 * MINUTE,
  repeatMillis: 4 * HOUR,
  quietHours: undefined,
  silencedUntil: undefined,
};

/** What fires and when: from a time to another, in milliseconds after midnight. */
type Fires = readonly [alert: string, from: number, to?: number];

/**
 * Goes through the cycles of ten seconds and says what was told, as `00:05:20 firing flood (above-normal-peak)!`, with
 * `!` for critical and `/` for what is over. Each state goes through JSON, as over a restart.
 */
function tell(
  fires: readonly Fires[],
  until: number,
  given: Partial<StageSettings> = {},
  from = 0,
): string[] {
  let state: StageState = NEW_STAGE;
  const lines: string[] = [];
  for (let time = from; time <= until; time += 10 * SECOND) {
    const firing = fires.filter(([, begin, end = Infinity]) => time >= begin && time < end).map(alertOf);
    const outcome = step(state, firing, NIGHT + time, { ...settings, ...given });
    state = stageSchema.parse(JSON.parse(JSON.stringify(outcome.state)));
    for (const { kind, severity, alerts, still, time: at } of outcome.told)
      lines.push(
        `${new Date(at).toISOString().slice(11, 19)} ${kind}${severity === 'critical' ? '!' : ''} ${alerts.map(shown).join(', ')}${still === undefined ? '' : `; still ${still.join(' ')}`}`,
      );
  }
  return lines;
}

function shown({ rule, also, endedAt }: ToldAlert): string {
  return `${rule}${also === undefined ? '' : ` (${also.join(' ')})`}${endedAt === undefined ? '' : '/'}`;
}

function alertOf([name, from]: Fires): ToldAlert {
  const severity: Severity = name.endsWith('!') ? 'critical' : 'warning';
  const time = NIGHT + from;
  const rule = name.replace('!', '');
  return {
    id: `${name} ${time}`,
    rule,
    severity,
    since: time,
    firedAt: time,
    seen: name,
    means: [],
    next: [],
  };
}

const peak = 'above-normal-peak';
const quietHours = { from: 22 * 60, to: 7 * 60 };

test.each<[what: string, fires: Fires[], until: number, told: string[], given?: Partial<StageSettings>]>([
  [
    'one message when it begins and one when it is over',
    [[peak, 0, 10 * MINUTE]],
    HOUR,
    [`00:00:20 firing ${peak}`, `00:10:20 resolved ${peak}/`],
  ],
  [
    'a flood that exceeds the peak is one message, not four',
    [
      ['rising-fast', 0, 10 * MINUTE],
      [peak, 0, 10 * MINUTE],
      [`${peak}!`, 10 * SECOND, 10 * MINUTE],
      ['flood!', 10 * SECOND, 8 * MINUTE],
    ],
    HOUR,
    [`00:00:20 firing! flood (${peak} rising-fast)`, `00:10:20 resolved! flood (${peak} rising-fast)/`],
  ],
  [
    'what is explained by what was told before has no message, and is no reason for another when that ends',
    [
      [peak, 0, HOUR],
      ['rising-fast', 5 * MINUTE, 20 * MINUTE],
    ],
    2 * HOUR,
    [`00:00:20 firing ${peak}`, `01:00:20 resolved ${peak}/`],
  ],
  [
    'a rise to critical is told though the warning was told a moment ago; the fall to warning is not',
    [
      [peak, 0, 30 * MINUTE],
      [`${peak}!`, MINUTE, 20 * MINUTE],
    ],
    HOUR,
    [`00:00:20 firing ${peak}`, `00:01:20 firing! ${peak}`, `00:30:20 resolved! ${peak}/`],
  ],
  [
    'what explains more is told although less was told',
    [
      [peak, 0, HOUR],
      ['idle-connections', 10 * MINUTE, HOUR],
    ],
    2 * HOUR,
    [
      `00:00:20 firing ${peak}`,
      '00:10:20 firing idle-connections',
      `01:00:20 resolved idle-connections (${peak})/`,
    ],
  ],
  [
    'what one incident sets off within ten minutes is a message and one update, and one end',
    [
      ['rising-fast', 0, 8 * MINUTE],
      [peak, 5 * MINUTE, 30 * MINUTE],
      ['idle-connections', 7 * MINUTE, 25 * MINUTE],
    ],
    HOUR,
    [
      '00:00:20 firing rising-fast',
      `00:10:20 firing idle-connections (${peak})`,
      `00:30:20 resolved idle-connections (${peak} rising-fast)/`,
    ],
  ],
  [
    'what is over before its update was due is not told, and the end of the rest comes without it',
    [
      ['rising-fast', 0, 8 * MINUTE],
      [peak, 5 * MINUTE, 7 * MINUTE],
    ],
    HOUR,
    ['00:00:20 firing rising-fast', '00:08:20 resolved rising-fast/'],
  ],
  [
    'what becomes critical is told at once, and what belongs to it and comes later in one update',
    [
      ['rising-fast', 0, 20 * MINUTE],
      [peak, 5 * MINUTE, 40 * MINUTE],
      [`${peak}!`, 6 * MINUTE, 30 * MINUTE],
      ['idle-connections', 8 * MINUTE, 40 * MINUTE],
    ],
    HOUR,
    [
      '00:00:20 firing rising-fast',
      `00:06:20 firing! ${peak}`,
      '00:16:20 firing idle-connections',
      `00:40:20 resolved! idle-connections (${peak} rising-fast)/`,
    ],
  ],
  [
    'what has nothing to do with it waits for no update, and takes along what does',
    [
      ['rising-fast', 0],
      [peak, 5 * MINUTE],
      ['half-closed', 6 * MINUTE],
    ],
    HOUR,
    ['00:00:20 firing rising-fast', `00:06:20 firing ${peak}, half-closed`],
  ],
  [
    'a leak that goes on holds up no end, which names it',
    [
      ['leak-slow', 0, 20 * HOUR],
      ['flood!', HOUR, 2 * HOUR],
      [`${peak}!`, HOUR, 2 * HOUR],
    ],
    21 * HOUR,
    [
      '00:00:20 firing leak-slow',
      `01:00:20 firing! flood (${peak})`,
      `02:00:20 resolved! flood (${peak})/; still leak-slow`,
      '20:00:20 resolved leak-slow/',
    ],
    { repeatMillis: undefined },
  ],
  [
    'what a leak explained and outlives it is named at its end, and has its own',
    [
      ['leak-fast', 0, 2 * HOUR],
      [peak, HOUR, 3 * HOUR],
    ],
    4 * HOUR,
    [
      '00:00:20 firing leak-fast',
      `02:00:20 resolved leak-fast/; still ${peak}`,
      `03:00:20 resolved ${peak}/`,
    ],
    { repeatMillis: undefined },
  ],
  [
    'an end names what else fires',
    [
      ['half-closed', 0, HOUR],
      [peak, 0, 2 * HOUR],
    ],
    3 * HOUR,
    [
      `00:00:20 firing ${peak}, half-closed`,
      `01:00:20 resolved half-closed/; still ${peak}`,
      `02:00:20 resolved ${peak}/`,
    ],
  ],
  [
    'a critical one is not hidden behind a warning that explains it',
    [
      ['idle-connections', 0],
      [`${peak}!`, 10 * SECOND],
    ],
    MINUTE,
    [`00:00:20 firing! idle-connections, ${peak}`],
  ],
  [
    'a critical one that begins after the critical one that would explain it has ended is told',
    [
      [peak, 0],
      ['flood!', 0, 10 * MINUTE],
      [`${peak}!`, HOUR],
    ],
    HOUR + MINUTE,
    [`00:00:20 firing! flood (${peak})`, `01:00:20 firing! ${peak}`],
  ],
  [
    'what has nothing to do with each other stands in one message, the gravest first',
    [
      [peak, 0],
      ['blind!', 10 * SECOND],
    ],
    MINUTE,
    [`00:00:20 firing! blind, ${peak}`],
  ],
  [
    'what fires for a moment is told once, as over, and not again within the cooldown',
    [
      [peak, 0, 10 * SECOND],
      [peak, 5 * MINUTE, 5 * MINUTE + 10 * SECOND],
    ],
    HOUR,
    [`00:00:30 resolved ${peak}/`],
  ],
  ['within a silence not even that', [[peak, 0, 10 * SECOND]], HOUR, [], { silencedUntil: NIGHT + MINUTE }],
  [
    'off and on again within a message is going on',
    [
      [peak, 0, 10 * MINUTE],
      [peak, 10 * MINUTE + 10 * SECOND, HOUR],
    ],
    2 * HOUR,
    [`00:00:20 firing ${peak}`, `01:00:20 resolved ${peak}/`],
  ],
  [
    'again within the cooldown is told when that has passed, where it still fires',
    [
      [peak, 0, 5 * MINUTE],
      [peak, 10 * MINUTE, 12 * MINUTE],
      [peak, 20 * MINUTE, HOUR],
    ],
    2 * HOUR,
    [
      `00:00:20 firing ${peak}`,
      `00:05:20 resolved ${peak}/`,
      `00:30:20 firing ${peak}`,
      `01:00:20 resolved ${peak}/`,
    ],
  ],
  [
    'what goes on is told again and again',
    [[peak, 0, 9 * HOUR]],
    10 * HOUR,
    [
      `00:00:20 firing ${peak}`,
      `04:00:20 repeat ${peak}`,
      `08:00:20 repeat ${peak}`,
      `09:00:20 resolved ${peak}/`,
    ],
  ],
  ['or never', [[peak, 0]], 10 * HOUR, [`00:00:20 firing ${peak}`], { repeatMillis: undefined }],
  [
    'in quiet hours only what is critical is told, and one summary ends them',
    [
      [peak, 0, HOUR],
      ['half-closed', 2 * HOUR, 8 * HOUR],
      ['blind!', 3 * HOUR, 4 * HOUR],
    ],
    9 * HOUR,
    [
      '03:00:20 firing! blind',
      '04:00:20 resolved! blind/',
      `07:00:00 summary half-closed, ${peak}/`,
      '08:00:20 resolved half-closed/',
    ],
    { quietHours },
  ],
  [
    'nothing to sum up: what still fires is told as it is',
    [[peak, HOUR]],
    8 * HOUR,
    [`07:00:00 firing ${peak}`],
    { quietHours },
  ],
  ['a quiet night has no summary', [], 8 * HOUR, [], { quietHours }],
  [
    'what fires and ends within a silence is never told, what goes on is told once',
    [
      [peak, 0, HOUR],
      ['half-closed', HOUR],
    ],
    3 * HOUR,
    ['02:00:00 firing half-closed'],
    { silencedUntil: NIGHT + 2 * HOUR },
  ],
])('%s', (_, fires, until, told, given) => {
  expect(tell(fires, until, given)).toEqual(told);
});

test('what goes on and off within seconds is told, as the event that it was at first', () => {
  const flaps = Array.from({ length: 6 }, (_, i): Fires => ['own!', i * 20 * SECOND, (i * 20 + 10) * SECOND]);
  expect(tell(flaps, 5 * MINUTE)).toEqual(['00:00:20 firing! own', '00:02:10 resolved! own/']);
  const [once, again] = [alertOf(['own!', 0]), alertOf(['own!', 20 * SECOND])];
  const states = [once, undefined, again].reduce(
    (state, alert, index) => step(state, alert ? [alert] : [], NIGHT + index * 10 * SECOND, settings).state,
    NEW_STAGE,
  );
  expect(Object.values(states.items).map(({ alert }) => alert.id)).toEqual([once.id]);
});

test('an end names every event that had been told to begin', () => {
  const [warning, critical] = [alertOf([peak, 0]), alertOf([`${peak}!`, MINUTE])];
  const ends: (readonly string[] | undefined)[] = [];
  let state = NEW_STAGE;
  for (let time = 0; time <= 3 * MINUTE; time += 10 * SECOND) {
    const firing = [warning, critical].filter(({ firedAt }) => time < 2 * MINUTE && NIGHT + time >= firedAt);
    const outcome = step(state, firing, NIGHT + time, settings);
    state = outcome.state;
    for (const { kind, alerts } of outcome.told) if (kind === 'resolved') ends.push(alerts[0]?.ids);
  }
  expect(ends).toEqual([[critical.id, warning.id]]);
});

test('the end of a critical alert of the quiet hours is no summary of them', () => {
  const both: Fires[] = [
    [peak, HOUR, 8 * HOUR],
    [`${peak}!`, HOUR, 8 * HOUR],
  ];
  expect(tell(both, 9 * HOUR, { quietHours: { from: 0, to: 7 * 60 }, repeatMillis: undefined })).toEqual([
    `01:00:20 firing! ${peak}`,
    `08:00:20 resolved! ${peak}/`,
  ]);
});

test('quiet hours that begin at midday, and a warning that was told before them', () => {
  const fires: Fires[] = [[peak, 0, 13 * HOUR]];
  const given = { quietHours: { from: 12 * 60, to: 14 * 60 }, repeatMillis: undefined };
  expect(tell(fires, 15 * HOUR, given)).toEqual([`00:00:20 firing ${peak}`, `14:00:00 summary ${peak}/`]);
});

test('what was told before a silence and ends within is over when that ends', () => {
  const alert = alertOf([peak, 0]);
  const first = step(NEW_STAGE, [alert], NIGHT + MINUTE, settings);
  const silent = { ...settings, silencedUntil: NIGHT + HOUR };
  const within = step(first.state, [], NIGHT + 10 * MINUTE, silent);
  const after = step(within.state, [], NIGHT + HOUR, silent);
  expect([first, within, after].map(({ told }) => told.map(({ kind }) => kind))).toEqual([
    ['firing'],
    [],
    ['resolved'],
  ]);
  expect(after.told[0]?.alerts[0]).toMatchObject({ since: NIGHT, endedAt: NIGHT + 10 * MINUTE });
});

test('a clock that was put back by a year holds nothing back', () => {
  const year = 365 * 24 * HOUR;
  const first = step(NEW_STAGE, [alertOf([peak, year])], NIGHT + year + MINUTE, settings);
  const back = step(first.state, [alertOf([peak, year])], NIGHT, settings);
  const later = step(back.state, [alertOf([peak, year])], NIGHT + 4 * HOUR, settings);
  expect([first, back, later].map(({ told }) => told.map(({ kind }) => kind))).toEqual([
    ['firing'],
    [],
    ['repeat'],
  ]);
});
