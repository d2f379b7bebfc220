// `npm run build`: bundles the dashboard's page into agent/dist/page, where the agent serves each file as it stands.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { marked } from 'marked';
import { rolldown } from 'rolldown';

const source = join(import.meta.dirname, '../agent/page');
const target = join(import.meta.dirname, '../agent/dist/page');
const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
const { version } = JSON.parse(readFileSync(join(uplot, 'package.json'), 'utf8'));
// Its licence wants to be where its code is; the minifier keeps no comment that doesn't say so.
const licence = `/*! uPlot ${version}\n\n${readFileSync(join(uplot, 'LICENSE'), 'utf8').trim()}\n*/\n`;

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const bundle = await rolldown({
  input: join(source, 'main.ts'),
  platform: 'browser',
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
});
await bundle.write({ file: join(target, 'app.js'), minify: true, postBanner: licence });
await bundle.close();
const style = [join(uplot, 'dist/uPlot.min.css'), join(source, 'style.css')];
writeFileSync(
  join(target, 'style.css'),
  licence + style.map((file) => readFileSync(file, 'utf8')).join('\n'),
);
for (const file of ['index.html', 'icon.svg']) cpSync(join(source, file), join(target, file));

// What to do about each alert, so that a message's link leads somewhere without the internet.
const runbooks = join(import.meta.dirname, '../docs/alerts');
for (const file of readdirSync(runbooks)) {
  const text = readFileSync(join(runbooks, file), 'utf8');
  const [, title] = /^# (.+)$/m.exec(text);
  const body = await marked.parse(text);
  writeFileSync(
    join(target, runbookName(file)),
    page(title, body.replaceAll(/href="([\w-]+\.md)"/g, toRunbook)),
  );
}

function runbookName(file) {
  return `runbook-${file.replace(/\.md$/, '.html')}`;
}

function toRunbook(_, file) {
  return `href="${runbookName(file)}"`;
}

function page(title, body) {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="icon" href="icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <main class="runbook">
    <p><a href="./">Connections of this host</a></p>
${body}  </main>
</body>
</html>
`;
}
