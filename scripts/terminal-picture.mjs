// Draws docs/terminal.svg from a real run: the agent in a private namespace with 1,284 connections, for two cycles, then
// `once` and `verify`. Run it after `npm run build`; it needs `unshare`, `ip`, `script`, `ss` and `netstat`.
import { writeFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { openNamespace } from '../build/test/support/namespace.js';

const COLUMNS = 110;
const cli = 'agent/dist/cli.js';
const namespace = await openNamespace({ ipv4: 420, ipv6: 160, mapped: 62 });
const screen = [];
try {
  const quiet = 'env OTEL_METRICS_EXPORTER=otlp';
  screen.push('$ npm start', ...(await typed(`timeout -s INT 22 ${quiet} node ${cli}`)), '');
  screen.push('$ npm start -s -- once', ...(await typed(`node ${cli} once`)), '');
  screen.push('$ npm start -s -- verify', ...(await typed(`node ${cli} verify`)));
} finally {
  await namespace.close();
}
await writeFile(new URL('../docs/terminal.svg', import.meta.url), draw(screen.flatMap(wrapped)));

/** What a command prints on a terminal of its own. */
async function typed(command) {
  const { stdout } = await namespace.run('unshare', [
    // No process of this machine stands in the picture.
    '--pid',
    '--fork',
    '--mount-proc',
    'script',
    '-qec',
    `stty cols ${COLUMNS}; ${command} 2>&1; true`,
    '/dev/null',
  ]);
  return stripVTControlCharacters(stdout).replaceAll('\r', '').trimEnd().split('\n');
}

/** As a terminal breaks a line that is too long for it. */
function wrapped(line) {
  return line.length <= COLUMNS ? [line] : [line.slice(0, COLUMNS), ...wrapped(line.slice(COLUMNS))];
}

function draw(lines) {
  const [lineHeight, charWidth, margin] = [19, 8.05, 18];
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * charWidth + 2 * margin);
  const height = lines.length * lineHeight + 2 * margin + 22;
  const text = lines.map((line, i) => {
    const y = margin + 22 + (i + 1) * lineHeight - 5;
    const style = line.startsWith('$ ') ? ' class="typed"' : '';
    return `<text x="${margin}" y="${y}"${style}>${inXml(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>npm start counts every ten seconds; once and verify show the same numbers by hand</title>
<style>text{font:13.4px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d7dde5;white-space:pre}.typed{fill:#8be9a8;font-weight:600}</style>
<rect width="100%" height="100%" rx="10" fill="#161b22"/>
<g><circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/></g>
${text.join('\n')}
</svg>
`;
}

function inXml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '\u00a0');
}
