/** What has to happen for each alert to fire, to be held and to end, by the minute. */

/** What there is to see in one minute, and what was recorded of the days before. */
export interface Seen {
  readonly established: number;
  readonly closeWait: number;
  readonly portUtilization: number;
  /** A second, as the following. */
  readonly received: number;
  readonly transmitted: number;
  readonly acceptQueueFull: number;
  readonly synCookies: number;
  readonly isScanned: boolean;
  readonly normalPeak: number | undefined;
  readonly normalPeakReceived: number;
  readonly normalPeakTransmitted: number;
  readonly usualThroughput: number;
  /** As the lowest count of an hour. */
  readonly hourUsual: number;
  readonly throughputRatio: number;
  readonly dayRatio: number;
  readonly weeklySpread: number;
}

const CALM: Seen = {
  established: 700,
  closeWait: 0,
  portUtilization: 0.1,
  received: 500_000,
  transmitted: 500_000,
  acceptQueueFull: 0,
  synCookies: 0,
  isScanned: true,
  normalPeak: 1000,
  normalPeakReceived: 1_000_000,
  normalPeakTransmitted: 1_000_000,
  usualThroughput: 800_000,
  hourUsual: 700,
  throughputRatio: 1.1,
  dayRatio: 1,
  weeklySpread: 0.02,
};

export interface Story {
  readonly name: string;
  /** Of the rule. */
  readonly rule: string;
  readonly severity: string;
  /** By the minute; `undefined` where nothing was collected. */
  readonly minutes: readonly (Seen | undefined)[];
  /** At which minutes it must fire, and at which it must not. */
  readonly fires: readonly number[];
  readonly isSilent: readonly number[];
}

interface Levels {
  /** Nearly enough. */
  readonly under: Partial<Seen>;
  readonly over: Partial<Seen>;
  /** Not enough to fire any more, and enough to go on. */
  readonly held: Partial<Seen>;
  readonly calm?: Partial<Seen>;
}

/** More than an hour, which a rise is compared with. */
const BEGIN = 80;
/** How long what is over can still be seen afterwards: rates and highest values look back. */
const TRAIL = 6;
/** A value holds for five minutes, and what fires for an hour from there on. */
const GAP = 63;

/** @param delay minutes from the first moment that is over */
function told(
  rule: string,
  severity: string,
  delay: number,
  { under, over, held, calm = {} }: Levels,
): Story[] {
  const filled = (minutes: number, seen: Partial<Seen>) => Array<Seen>(minutes).fill({ ...CALM, ...seen });
  const fired = BEGIN + delay;
  const holds = fired + 2;
  const ends = holds + TRAIL + 4;
  const gap = fired + 2;
  const told = { rule, severity };
  return [
    {
      ...told,
      name: 'stays quiet under its threshold, fires, is held by hysteresis, and resolves',
      minutes: [
        ...filled(BEGIN, under),
        ...filled(2 + delay, over),
        ...filled(TRAIL + 4, held),
        ...filled(TRAIL, { ...calm }),
      ],
      fires: [fired, ends - 1],
      isSilent: [BEGIN - 1, fired - 1, ends + TRAIL - 1],
    },
    {
      ...told,
      name: 'is held over a gap for an hour and not longer',
      minutes: [
        ...filled(BEGIN, under),
        ...filled(2 + delay, over),
        ...Array<undefined>(GAP + 1).fill(undefined),
      ],
      fires: [fired, gap + 10, gap + GAP - 1],
      isSilent: [gap + GAP],
    },
  ];
}

export const STORIES: readonly Story[] = [
  ...told('above-normal-peak', 'warning', 5, {
    under: { established: 1490 },
    over: { established: 1510 },
    held: { established: 1360 },
  }),
  ...told('above-normal-peak', 'critical', 5, {
    under: { established: 1990 },
    over: { established: 2010 },
    held: { established: 1810 },
  }),
  ...told('rising-fast', 'warning', 1, {
    under: { established: 100, normalPeak: undefined },
    over: { established: 600, normalPeak: undefined },
    held: { established: 270, normalPeak: undefined },
    calm: { established: 100, normalPeak: undefined },
  }),
  ...told('half-closed', 'warning', 15, {
    under: { closeWait: 138 },
    over: { closeWait: 142 },
    held: { closeWait: 128 },
  }),
  ...told('ports-running-out', 'warning', 1, {
    under: { portUtilization: 0.79 },
    over: { portUtilization: 0.81 },
    held: { portUtilization: 0.73 },
  }),
  ...told('ports-running-out', 'critical', 1, {
    under: { portUtilization: 0.94 },
    over: { portUtilization: 0.96 },
    held: { portUtilization: 0.86 },
  }),
  ...told('flood', 'critical', 0, {
    under: { established: 2100, received: 1_900_000 },
    over: { established: 2100, received: 6_000_000 },
    held: { established: 1900, received: 1_900_000 },
  }),
  ...told('flood', 'critical', 0, {
    under: { synCookies: 9 },
    over: { synCookies: 40 },
    held: { synCookies: 9.5 },
  }),
  ...told('flood', 'critical', 0, {
    under: { acceptQueueFull: 9 },
    over: { acceptQueueFull: 40 },
    held: { acceptQueueFull: 9.5 },
  }),
  ...told('idle-connections', 'warning', 10, {
    under: { established: 1510 },
    over: { established: 1510, received: 100_000, transmitted: 100_000 },
    held: { established: 1360 },
  }),
  ...told('heavy-transfer', 'info', 30, {
    under: { transmitted: 1_450_000 },
    over: { transmitted: 5_000_000 },
    held: { transmitted: 1_400_000 },
  }),
  ...leakFast(),
  ...leakSlow(),
  ...blind(),
];

function ofHours(hours: readonly Partial<Seen>[]): Seen[] {
  return hours.flatMap((seen) => Array<Seen>(60).fill({ ...CALM, ...seen }));
}

/** Six minutes past: what was recorded at the hour counts from five past on. */
function after(hour: number): number {
  return hour * 60 + 6;
}

function leakFast(): Story[] {
  const told = { rule: 'leak-fast', severity: 'warning' };
  const ratios = [...Array<number>(9).fill(1), 1.08, 1.16, 1.24, 1.32, ...Array<number>(9).fill(1.4)];
  const minutes = ofHours(ratios.map((ratio) => ({ established: ratio * CALM.hourUsual })));
  return [
    {
      ...told,
      name: 'fires at the fourth rise, is held while half of it is unexplained, and resolves',
      minutes,
      fires: [after(13), after(14), after(17), after(19)],
      isSilent: [after(12), after(13) - 2, after(20)],
    },
    {
      ...told,
      name: 'is held over a gap for an hour and not longer',
      minutes: minutes.map((seen, minute) => (minute < after(13) + 4 ? seen : undefined)),
      fires: [after(13), after(13) + 4 + GAP - 1],
      isSilent: [after(13) + 4 + GAP],
    },
    {
      ...told,
      name: 'stays quiet where the bytes have risen with the connections',
      minutes: minutes.map((seen) => ({ ...seen, throughputRatio: 1.25 })),
      fires: [],
      isSilent: [after(13), after(14), after(15)],
    },
  ];
}

function leakSlow(): Story[] {
  const told = { rule: 'leak-slow', severity: 'warning' };
  const minutes = ofHours([1.21, 1.21, 1.25, 1.15, 1].map((dayRatio) => ({ dayRatio })));
  return [
    {
      ...told,
      name: 'stays quiet under its threshold, fires, is held by hysteresis, and resolves',
      minutes,
      fires: [after(2), after(3)],
      isSilent: [after(1), after(2) - 2, after(4)],
    },
    {
      ...told,
      name: 'is held over a gap for an hour and not longer',
      minutes: minutes.map((seen, minute) => (minute < after(2) + 4 ? seen : undefined)),
      fires: [after(2), after(2) + 4 + GAP - 1],
      isSilent: [after(2) + 4 + GAP],
    },
  ];
}

function blind(): Story[] {
  const told = { rule: 'blind', severity: 'critical' };
  const seeing = Array<Seen>(BEGIN).fill(CALM);
  const failing = Array<Seen>(100).fill({ ...CALM, isScanned: false });
  return [
    {
      ...told,
      name: 'fires after three cycles without a successful scan, as long as they last',
      minutes: [...seeing, ...failing, ...seeing.slice(0, 2)],
      fires: [BEGIN + 2, BEGIN + 99],
      isSilent: [BEGIN - 1, BEGIN + 1, BEGIN + 100],
    },
    {
      ...told,
      name: 'fires where nothing comes any more, for an hour',
      minutes: [...seeing, ...Array<undefined>(61).fill(undefined)],
      fires: [BEGIN + 2, BEGIN + 58],
      isSilent: [BEGIN + 1, BEGIN + 59],
    },
  ];
}
