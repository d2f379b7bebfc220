/** Puts the page together: from the address to a range, from the range to answers, from the answers to what is seen. */
import {
  type AlertsNow,
  ApiError,
  type Cycle,
  fetchAlerts,
  fetchSeries,
  fetchStatus,
  type Status,
} from './api.js';
import { Board } from './charts/board.js';
import { now, setClock } from './clock.js';
import { withCycle } from './grow.js';
import { choose, currentChoice, currentComplaint, goBack, onReturn } from './history.js';
import { Live } from './live.js';
import { bindAlerts, bindSilence, showActive, showAlerts } from './parts/alerts.js';
import { bindCopy, showConfiguration } from './parts/configuration.js';
import { showCurrent, showPeriod } from './parts/figures.js';
import { announce, notify } from './parts/notice.js';
import { bindPeriods, showBegin, showChoice } from './parts/periods.js';
import { showCollector, showHealth, showSilence, showStatus } from './parts/state.js';
import { showValues } from './parts/values.js';
import { askGhosts, findBegin } from './past.js';
import { type Choice, clip, PERIODS, type Range, rangeOf, writeChoice } from './period.js';
import { clockTime } from './times.js';
import { toleranceOf, type View } from './view.js';
import { zoom } from './zoom.js';

let status: Status | undefined;
/** When the history begins; `undefined` until it does. */
let begin: number | undefined;
/** `undefined` where the agent judges nothing, and before it has answered. */
let alerts: AlertsNow | undefined;
/** What was pending or fired in the last cycle. */
let active = '';
let view: View | undefined;
let loading: AbortController | undefined;
/** What was asked last is as old as that. */
let askedAt = 0;
let latest: Cycle | undefined;
/** When the agent was last heard of. */
let heardAt: number | undefined;

const board = new Board({
  onSelect: (range) => go(zoom(range, (range.from + range.to) / 2, 1, now())),
  onBack: back,
  onZoom: (factor, centre) => {
    if (view === undefined) return;
    go(zoom(view.range, centre ?? (view.range.from + view.range.to) / 2, factor, now()));
  },
});

const live = new Live({
  onUp: () => {
    heard();
    void start();
  },
  onCycle: (cycle) => {
    heard();
    showCycle(cycle);
    if (status === undefined) void start();
    else if (isDue()) void load();
  },
  onDown: (cause) => {
    if (cause.kind === 'held' && status === undefined) void start();
    showSilence(true);
    notify('agent', cause.kind === 'refusal' ? cause.words : cause.kind === 'held' ? HELD : unreachable());
  },
});

bindCopy('copy', 'configuration', 'copied');
bindCopy('copy-rules', 'rules', 'copied-rules');
bindAlerts();
bindSilence(takeAlerts);
bindPeriods((period) => go({ period }), back);
onReturn(() => void load());
// Out of sight the charts stand still.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void load();
});
live.open();

function go(choice: Choice): void {
  choose(choice);
  void load().then(() => announce(`The charts show ${wordsOf(choice)}.`));
}

function back(): void {
  if (!goBack() && 'from' in currentChoice()) go({ period: '24h' });
}

/** At first, and after each break: the agent may be another one now. */
async function start(): Promise<void> {
  try {
    status = await fetchStatus();
  } catch (error) {
    notify('agent', error instanceof ApiError ? error.message : unreachable());
    return;
  }
  setClock(status.now);
  live.expectEvery(status.intervalMillis);
  showStatus(status);
  showHealth(status.health);
  showCollector(status.collector);
  showConfiguration(status.configuration);
  begin = undefined;
  await askAlerts();
  await load();
}

function showCycle(cycle: Cycle): void {
  showCurrent(cycle, status?.host ?? 'scout-agent');
  showHealth(cycle.health);
  showCollector(cycle.collector);
  board.setLatest(cycle);
  latest = cycle;
  moveOn(cycle);
  showActive(cycle.alerts);
  const next = JSON.stringify(cycle.alerts);
  if (next !== active) void askAlerts();
  active = next;
}

/** Where another range is on its way, the old one stays as it is. */
function moveOn(cycle: Cycle): void {
  if (view === undefined || document.hidden || !isOpen(view)) return;
  if (writeChoice(view.choice) === writeChoice(currentChoice())) show(grown(view, cycle));
}

/** Without them the page shows all the rest. */
async function askAlerts(): Promise<void> {
  await fetchAlerts().then(takeAlerts, () => undefined);
}

function takeAlerts(answer: AlertsNow | undefined): void {
  alerts = answer;
  showAlerts(answer);
  if (view === undefined) return;
  view = { ...view, alerts };
  board.draw(view);
}

/** A range that reaches to now is asked for again when there is a bucket more, and once a minute. */
function isDue(): boolean {
  if (document.hidden) return false;
  if (view === undefined) return status !== undefined;
  return isOpen(view) && now() - askedAt >= Math.min(view.answer.widthMillis, 60_000) - 500;
}

/** Whether there is more to come in its range. */
function isOpen({ isMoving, range, now }: View): boolean {
  return isMoving || range.to > now;
}

/** The range as it is now, with a cycle that may have come after the answer. */
function grown(view: View, cycle: Cycle): View {
  const { choice, answer, intervalMillis } = view;
  const time = now();
  const range = rangeNow(choice, time, intervalMillis);
  const tolerance = toleranceOf(intervalMillis);
  return { ...view, range, now: time, answer: withCycle(answer, cycle, { intervalMillis, tolerance }) };
}

function rangeNow(choice: Choice, time: number, intervalMillis: number): Range {
  const wanted = rangeOf(choice, time);
  return 'period' in choice ? clip(wanted, begin, intervalMillis) : wanted;
}

async function load(): Promise<void> {
  if (status === undefined) return;
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  document.body.classList.add('loading');
  notify('address', currentComplaint());
  try {
    await draw(status, currentChoice(), signal);
    notify('history', undefined);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ApiError) notify('history', error.message);
    else notify('agent', unreachable());
  } finally {
    if (!signal.aborted) document.body.classList.remove('loading');
  }
}

async function draw(status: Status, choice: Choice, signal: AbortSignal): Promise<void> {
  const { intervalMillis } = status;
  begin ??= await findBegin(status, signal);
  const time = now();
  const isMoving = 'period' in choice;
  const range = rangeNow(choice, time, intervalMillis);
  showChoice(choice, range, time);
  const { points } = board;
  const old = askGhosts(range, begin, points, signal);
  // The ghosts are awaited later, and an answer that fails meanwhile is no error that nobody has seen.
  old.catch(() => undefined);
  const { body: answer, arrived } = await fetchSeries({ ...range, points }, signal);
  // A chart that only moves on keeps its ghosts until newer ones are there.
  const ghosts = view !== undefined && writeChoice(view.choice) === writeChoice(choice) ? view.ghosts : [];
  askedAt = time;
  const answered: View = { choice, range, isMoving, answer, ghosts, now: time, intervalMillis, alerts };
  const next = latest !== undefined && isOpen(answered) ? grown(answered, latest) : answered;
  show(next, arrived);
  const older = await old;
  // A cycle may have come in the meantime.
  if (older.length > 0 && !signal.aborted) show({ ...(view ?? next), ghosts: older });
}

function show(next: View, arrived?: number): void {
  view = next;
  showChoice(next.choice, next.range, next.now);
  showBegin(next.choice, next.range, begin, next.now);
  showPeriod(next);
  board.draw(next);
  showValues(next);
  // The charts draw in a microtask of their own, asked for before this one.
  if (arrived !== undefined) queueMicrotask(() => measure(arrived));
}

/** For the browser's own tools, and for the tests. The last one stands for all: the page may be open for months. */
function measure(arrived: number): void {
  performance.clearMarks('scout:drawn');
  performance.clearMeasures('scout:draw');
  performance.mark('scout:drawn');
  performance.measure('scout:draw', { start: arrived, end: 'scout:drawn' });
}

function wordsOf(choice: Choice): string {
  return 'period' in choice ? PERIODS[choice.period].words : 'the chosen range';
}

/** The agent has answered. */
function heard(): void {
  heardAt = now();
  notify('agent', undefined);
  showSilence(false);
}

const HELD =
  "The agent answers, but its live values don't arrive: a proxy may hold them back, or too many pages may be open. This page tries again.";

function unreachable(): string {
  const since = heardAt === undefined ? '' : ` since ${clockTime(heardAt)} UTC`;
  return `The agent doesn't answer${since}. This page goes on by itself when it does; until then it shows what was last known.`;
}
