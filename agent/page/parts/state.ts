/** How the agent and its link to the Collector do, in a word or two each. */
import type { Collector, Health, Status } from '../api.js';
import { now } from '../clock.js';
import { byId, setText } from '../element.js';
import { moment } from '../times.js';

export function showStatus({ host, version }: Status): void {
  setText(byId('host'), host);
  setText(byId('version'), `scout-agent ${version}`);
}

export function showHealth({ healthy, reasons }: Health): void {
  const element = byId('health');
  element.dataset.state = healthy ? 'good' : 'bad';
  setText(element, healthy ? 'Healthy' : 'Not healthy');
  const list = byId('reasons');
  const text = reasons.join(' ');
  list.hidden = healthy || text === '';
  setText(list, text);
}

const WORDS = {
  off: 'No Collector configured',
  waiting: 'Collector: nothing sent yet',
  up: 'Collector takes all',
  unreachable: 'Collector unreachable',
  refusing: 'Collector refuses',
} as const;

const LOOKS = { off: 'idle', waiting: 'idle', up: 'good', unreachable: 'bad', refusing: 'bad' } as const;

export function showCollector(collector: Collector): void {
  const element = byId('collector');
  element.dataset.state = LOOKS[collector.state];
  element.dataset.collector = collector.state;
  const isBad = LOOKS[collector.state] === 'bad';
  const since = collector.state !== 'off' && isBad ? ` since ${moment(collector.since, now())} UTC` : '';
  setText(element, `${WORDS[collector.state]}${since}`);
  const detail = byId('collector-detail');
  const text =
    collector.state === 'off' ? '' : [collector.endpoint, collector.reason].filter(Boolean).join(': ');
  detail.hidden = !isBad || text === '';
  setText(detail, text);
  element.title = text;
}
