import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const PAGE = join(import.meta.dirname, '../../dist/page');
const ALERTS = join(import.meta.dirname, '../../../docs/alerts');
const read = (file: string) => readFileSync(join(PAGE, file));

describe('the built page', () => {
  const files = readdirSync(PAGE);

  const runbooks = files.filter((file) => file.startsWith('runbook-'));
  const page = files.filter((file) => !runbooks.includes(file));

  it('is four files and a page for each alert', () => {
    expect(page.sort()).toEqual(['app.js', 'icon.svg', 'index.html', 'style.css']);
    expect(runbooks.sort()).toEqual(
      readdirSync(ALERTS)
        .map((file) => `runbook-${file.replace(/md$/, 'html')}`)
        .sort(),
    );
  });

  it('is less than 120 KB as it is sent', () => {
    const size = page.reduce((sum, file) => sum + gzipSync(read(file)).length, 0);
    expect(size).toBeLessThan(120_000);
  });

  it('carries the licence of the code that it brings', () => {
    for (const file of ['app.js', 'style.css'])
      expect(read(file).toString()).toMatch(/^\/\*! uPlot .*Permission is hereby granted/s);
  });

  it('names nothing that is elsewhere', () => {
    const addresses = files.flatMap(
      (file) =>
        read(file)
          .toString()
          .match(/https?:\/\/[^\s"'`)]*/g) ?? [],
    );
    expect(addresses.filter((address) => address !== 'http://www.w3.org/2000/svg')).toEqual([]);
  });

  it('has neither script nor style in its markup', () => {
    for (const file of files.filter((name) => name.endsWith('.html')))
      expect(read(file).toString()).not.toMatch(/<style|<script(?! type="module" src=)| style=| on\w+=/);
  });
});
