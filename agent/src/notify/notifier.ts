import { v4 as uuidv4 } from 'uuid';
import type { Graph, Teller } from '../alerts/alerts.js';
import type { AlertEvent } from '../alerts/event.js';
import { whoByHand, whoInWords } from '../alerts/who.js';
import { LatestWriter } from '../latest-writer.js';
import { log } from '../log.js';
import type { Channel } from './channels/channel.js';
import { keptFile, keptOf, readKept } from './kept.js';
import { EMPTY_LANE, Lane, type LaneOptions } from './lane.js';
import { type MessageSettings, messageOf } from './message.js';
import type { Notification, ToldAlert } from './notification.js';
import { isWithin } from './quiet-hours.js';
import { GROUP_MILLIS, NEW_STAGE, type StageSettings, type StageState, step } from './stage.js';
import { thinned } from './thinned.js';

/** A picture and a line of bars show no more. */
const GRAPH_POINTS = 120;

/** So long a message under way is waited for at the end: what is not taken by then waits in the file. */
const PATIENCE_MILLIS = 2_000;

export interface NotifierOptions extends MessageSettings, Omit<StageSettings, 'silencedUntil'> {
  readonly channels: readonly Channel[];
  readonly addresses: 'shown' | 'hidden';
  /** Where what waits is kept. */
  readonly directory: string;
  readonly delay?: LaneOptions['delay'];
}

interface Route {
  readonly channel: Channel;
  readonly lane: Lane;
  stage: StageState;
}

/** Tells people of alerts. One channel that hangs holds up no other, and nothing holds up the cycle. */
export class Notifier implements Teller {
  readonly #options: NotifierOptions;
  readonly #writer: LatestWriter;
  /** Everything happens one after another, behind the reading of what was kept. */
  #chain: Promise<void>;
  #routes: readonly Route[] = [];
  /** The time of the last one. */
  #cycle = 0;
  #silencedUntil: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#writer = new LatestWriter(
      keptFile(options.directory),
      'messages are sent, and a restart forgets which',
    );
    this.#chain = this.#begin();
  }

  take(events: readonly AlertEvent[], now: number, graph: Graph): void {
    const firing = events.map((event) => this.#toldAlert(event));
    this.#then(() => this.#look(firing, now, graph));
  }

  silence(until: number): void {
    this.#silencedUntil = until;
    this.#then(() => {
      for (const { lane } of this.#routes) lane.goOn();
    });
  }

  async drain(timeoutMillis: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#chain;
    const patience = Math.min(timeoutMillis, PATIENCE_MILLIS);
    await Promise.all(this.#routes.map(({ lane }) => lane.drain(patience)));
    await this.#writer.settled();
  }

  #then(act: () => void): void {
    this.#chain = this.#chain.then(act).catch((error: Error) => {
      log.error(`telling of alerts has failed: ${error.stack}`);
    });
  }

  async #begin(): Promise<void> {
    const { channels, directory, delay } = this.#options;
    const kept = await readKept(directory);
    const wordsOf: LaneOptions['wordsOf'] = (notification) => messageOf(notification, this.#options);
    this.#routes = channels.map((channel) => {
      const { stage, lane } = kept[channel.name] ?? { stage: NEW_STAGE, lane: EMPTY_LANE };
      const options = {
        channel,
        wordsOf,
        mayTell: (notification: Notification) => this.#mayTell(notification),
        changed: () => this.#keep(),
        ...(delay === undefined ? {} : { delay }),
      };
      return { channel, stage, lane: new Lane(options, lane) };
    });
  }

  /** What waits for a channel is held by a silence and by quiet hours as well. */
  #mayTell({ severity }: Notification): boolean {
    // Cycles may be far apart.
    const now = Math.max(this.#cycle, Date.now());
    if (this.#silencedUntil !== undefined && now < this.#silencedUntil) return false;
    const { quietHours } = this.#options;
    return severity === 'critical' || quietHours === undefined || !isWithin(quietHours, now);
  }

  #look(firing: readonly ToldAlert[], now: number, graph: Graph): void {
    this.#cycle = now;
    const settings = { ...this.#options, silencedUntil: this.#silencedUntil };
    const before = JSON.stringify(this.#routes.map(({ stage }) => stage));
    for (const route of this.#routes) {
      const own = firing.filter(({ severity }) => route.channel.severities.includes(severity));
      const { state, told } = step(route.stage, own, now, settings);
      route.stage = state;
      for (const notification of told)
        route.lane.add({ id: uuidv4(), ...notification, graph: thinned(graph, GRAPH_POINTS) });
      route.lane.goOn();
    }
    if (JSON.stringify(this.#routes.map(({ stage }) => stage)) !== before) this.#keep();
    this.#lookAgain(firing, now + GROUP_MILLIS, graph);
  }

  /** Where cycles are far between, no message waits for the next one. */
  #lookAgain(firing: readonly ToldAlert[], now: number, graph: Graph): void {
    clearTimeout(this.#timer);
    const isIdle = this.#routes.every(({ stage }) => Object.keys(stage.items).length === 0);
    if (isIdle || this.#stopped) return;
    this.#timer = setTimeout(() => this.#then(() => this.#look(firing, now, graph)), GROUP_MILLIS).unref();
  }

  #toldAlert({ id, rule, severity, since, firedAt, explanation, who }: AlertEvent): ToldAlert {
    const { seen, means, next, value, runbook } = explanation;
    const holder = who && whoInWords(who, this.#options.addresses);
    const steps = [...next, ...(who === undefined ? [] : whoByHand(who))];
    return {
      ...{ id, rule, severity, since, firedAt, seen, means: [...means], next: steps },
      ...(value === undefined ? {} : { value }),
      ...(runbook === undefined ? {} : { runbook }),
      ...(holder === undefined ? {} : { who: holder }),
    };
  }

  #keep(): void {
    const channels = this.#routes.map(({ channel, stage, lane }) => [
      channel.name,
      { stage, lane: lane.state },
    ]);
    this.#writer.write(keptOf(Object.fromEntries(channels)));
  }
}
