/** How the agent and its link to the Collector do, in a word or two each. */

import { oneLine } from '../../src/notify/plain.js';
import type { Collector, Health, Status } from '../api.js';
import { now } from '../clock.js';
import { byId, setText } from '../element.js';
import { sentence } from '../sentence.js';
import { moment } from '../times.js';

export function showStatus({ host, version }: Status): void {
  setText(byId('host'), oneLine(host));
  setText(byId('version'), `scout-agent ${version}`);
}

export function showHealth({ healthy, reasons }: Health): void {
  const element = byId('health');
  element.dataset.state = healthy ? 'good' : 'bad';
  setText(element, healthy ? 'Healthy' : 'Not healthy');
  const list = byId('reasons');
  const text = reasons.map(sentence).join(' ');
  list.hidden = healthy || text === '';
  setText(list, text);
}

/** What was last known is not what is. */
export function showSilence(isSilent: boolean): void {
  document.body.classList.toggle('silent', isSilent);
  if (!isSilent) return;
  const element = byId('health');
  element.dataset.state = 'bad';
  setText(element, 'No answer');
}

const LINK = {
  off: { look: 'idle', words: 'No Collector configured' },
  waiting: { look: 'idle', words: 'Collector: nothing sent yet' },
  up: { look: 'good', words: 'Collector takes all' },
  partly: { look: 'bad', words: 'Collector complains' },
  unreachable: { look: 'bad', words: 'Collector unreachable' },
  refusing: { look: 'bad', words: 'Collector refuses' },
} as const;

export function showCollector(collector: Collector): void {
  const element = byId('collector');
  const detail = byId('collector-detail');
  const link = collector.state === 'off' ? undefined : collector;
  const isPartly = link?.state === 'up' && link.reason !== undefined;
  const { look, words } = LINK[isPartly ? 'partly' : collector.state];
  const isBad = link !== undefined && look === 'bad';
  element.dataset.state = look;
  setText(element, isBad ? `${words} since ${moment(link.since, now())} UTC` : words);
  detail.hidden = !isBad || link.reason === undefined;
  setText(detail, isBad ? sentence(`The Collector at ${link.endpoint} ${link.reason}`) : '');
}
