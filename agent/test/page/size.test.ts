import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const PAGE = join(import.meta.dirname, '../../dist/page');
const read = (file: string) => readFileSync(join(PAGE, file));

describe('the built page', () => {
  const files = readdirSync(PAGE);

  it('is four files in one folder', () => {
    expect(files.sort()).toEqual(['app.js', 'icon.svg', 'index.html', 'style.css']);
  });

  it('is less than 120 KB as it is sent', () => {
    const size = files.reduce((sum, file) => sum + gzipSync(read(file)).length, 0);
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
    expect(read('index.html').toString()).not.toMatch(
      /<style|<script(?! type="module" src=)| style=| on\w+=/,
    );
  });
});
