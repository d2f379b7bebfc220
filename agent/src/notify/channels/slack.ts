import { count } from '../../alerts/words.js';
import type { SlackConfig } from '../../config/notify.js';
import { type Graph, type Message, nextOf, paragraph, type Section } from '../message.js';
import { clipped } from '../plain.js';
import { clock } from '../spans.js';
import { sparkline } from '../sparkline.js';
import type { Channel } from './channel.js';
import { post } from './post.js';

/** A telephone shows so many in one line. */
const SPARKLINE_WIDTH = 30;

/** Of a header and of a section: Slack's "Block Kit" reference. */
const HEADER = 150;
const SECTION = 3000;

/** An incoming webhook of a Slack app. */
export function slackChannel({ url, proxy, severities }: SlackConfig): Channel {
  return {
    name: 'slack',
    severities,
    send: (message, _, signal) =>
      post({ url, proxy: proxy?.value }, JSON.stringify(slackMessage(message)), {}, signal),
  };
}

/** Blocks, and the text that a notification shows in their place. */
export function slackMessage(message: Message): object {
  const { heading, sections, graph, links, quiet } = message;
  const ending = [
    ...(quiet === undefined ? [] : [`Quiet: ${escaped(quiet)}`]),
    ...links.map(({ label, url }) => `<${linked(url)}|${escaped(label)}>`),
  ];
  return {
    text: cut(escaped(paragraph(message))),
    blocks: [
      ...(heading === undefined ? [] : [header(heading)]),
      ...sections.flatMap(blocksOf),
      ...(graph === undefined ? [] : [context({ type: 'mrkdwn', text: graphText(graph) })]),
      ...(ending.length === 0 ? [] : [context({ type: 'mrkdwn', text: ending.join('  ·  ') })]),
    ],
  };
}

function blocksOf({ title, lines, who, next }: Section): object[] {
  const text = [`*${escaped(title)}*`, ...lines.map(escaped), ...nextOf(next).map(escaped)].join('\n');
  return [
    { type: 'section', text: { type: 'mrkdwn', text: cut(text) } },
    // Not as mrkdwn: a process can have any name.
    ...(who === undefined ? [] : [context({ type: 'plain_text', text: who, emoji: false })]),
  ];
}

function header(text: string): object {
  return { type: 'header', text: { type: 'plain_text', text: clipped(text, HEADER), emoji: false } };
}

function context(element: object): object {
  return { type: 'context', elements: [element] };
}

function graphText({ points, threshold }: Graph): string {
  const last = points.at(-1) as readonly [number, number];
  const first = points[0] as readonly [number, number];
  const limit = threshold === undefined ? '' : `, threshold ${count(threshold)}`;
  return `\`${sparkline(points, SPARKLINE_WIDTH)}\` ${clock(first[0], last[0])} to ${clock(last[0], last[0])} UTC: ${count(last[1])} at the end${limit}`;
}

/** The three characters by which Slack's mentions and links begin: "Formatting text for app surfaces". */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function linked(url: string): string {
  return encodeURI(decodeURI(url)).replaceAll('|', '%7C').replaceAll('>', '%3E').replaceAll('<', '%3C');
}

/** To Slack's limit, and never within an escaped character. */
function cut(text: string): string {
  return text.length <= SECTION ? text : clipped(text, SECTION).replace(/&[a-z]*…$/, '…');
}
