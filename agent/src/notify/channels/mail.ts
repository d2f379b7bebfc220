/** A message as a mail: text, and HTML that holds without pictures, without style sheets, in light and in dark. */
import type { Severity } from '../../alerts/alert.js';
import { count } from '../../alerts/words.js';
import { type Graph, type Message, nextOf, type Section } from '../message.js';
import { PICTURE } from '../picture.js';
import { clock } from '../spans.js';

export const PICTURE_ID = 'connections@scout-agent';

export function mailText({ heading, sections, quiet, links }: Message): string {
  return [
    ...(heading === undefined ? [] : [heading]),
    ...sections.map(({ title, lines, who, next }) =>
      [title, ...lines, ...(who === undefined ? [] : [`${who}.`]), ...nextOf(next)].join('\n'),
    ),
    ...(quiet === undefined ? [] : [`Quiet: ${quiet}`]),
    ...(links.length === 0 ? [] : [links.map(({ label, url }) => `${label}: ${url}`).join('\n')]),
  ].join('\n\n');
}

const BAR: Readonly<Record<Severity | 'over', string>> = {
  critical: '#d03b2f',
  warning: '#c98500',
  info: '#2f7de1',
  over: '#2e9e5b',
};

const STYLE = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  body { margin: 0; background: #f4f5f7; color: #1c2024; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
  .card { max-width: 600px; margin: 0 auto; padding: 20px; background: #ffffff; border-top: 6px solid; }
  h1 { font-size: 18px; line-height: 1.35; margin: 0 0 8px; }
  p { margin: 0 0 8px; }
  section { margin: 0 0 20px; }
  .quiet, .about { color: #5b6470; font-size: 14px; }
  code { font: 14px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; background: #eceef1; padding: 1px 5px; border-radius: 4px; overflow-wrap: anywhere; }
  ul { margin: 0 0 8px; padding: 0 0 0 20px; }
  li { margin: 0 0 4px; }
  img { display: block; width: 100%; height: auto; }
  a { color: #1f66c1; }
  @media (prefers-color-scheme: dark) {
    body { background: #15181c; color: #e6e8eb; }
    .card { background: #1f2429; }
    .quiet, .about { color: #a3acb8; }
    code { background: #2d343b; }
    a { color: #7fb2f5; }
  }`;

export function mailHtml(message: Message): string {
  const { kind, severity, subject, heading, sections, graph, quiet, links } = message;
  const colour = BAR[kind === 'resolved' ? 'over' : severity];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(subject)}</title>
<style>${STYLE}
</style>
</head>
<body>
<div class="card" style="border-color: ${colour}">
${heading === undefined ? '' : `<p class="quiet">${escaped(heading)}</p>`}
${sections.map(sectionHtml).join('\n')}
${graph === undefined ? '' : graphHtml(graph)}
${quiet === undefined ? '' : `<p class="quiet">Quiet: ${coded(quiet)}</p>`}
${links.map(({ label, url }) => `<p class="quiet"><a href="${escaped(url)}">${escaped(label)}</a></p>`).join('\n')}
</div>
</body>
</html>
`;
}

function sectionHtml({ title, lines, who, next }: Section): string {
  return `<section>
<h1>${escaped(title)}</h1>
${lines.map((line) => `<p>${coded(line)}</p>`).join('\n')}
${who === undefined ? '' : `<p>${escaped(who)}.</p>`}
${next.length === 0 ? '' : `<p>Next:</p>\n<ul>${next.map((step) => `<li>${coded(step)}</li>`).join('\n')}</ul>`}
</section>`;
}

function graphHtml({ points, threshold }: Graph): string {
  const [from] = points[0] as readonly [number, number];
  const [to, now] = points.at(-1) as readonly [number, number];
  const limit = threshold === undefined ? '' : `; dashed, the threshold of ${count(threshold)}`;
  const peak = Math.max(...points.map(([, value]) => value));
  const about = `Connections from ${clock(from, to)} to ${clock(to, to)} UTC: ${count(now)} at the end, ${count(peak)} at most${limit}.`;
  const { width, height } = PICTURE;
  return `<p><img src="cid:${PICTURE_ID}" width="${width / 2}" height="${height / 2}" alt="${escaped(about)}"></p>
<p class="about">${escaped(about)}</p>`;
}

/** Backticks as code. */
function coded(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
