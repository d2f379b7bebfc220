/** What the page is made of: its own files, few bytes, under a strict policy, and drawn at once. */
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { drawnAfter } from './screen.js';
import { monthFolder, startDashboard, visit } from './visit.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test('the whole page is under 120 kB gzipped, and all of it is the agent’s own', async (t) => {
  const { address } = await startDashboard(t, { directory: await monthFolder(t) });
  const { page } = await visit(t, browser, address);
  const files = new Map<string, Buffer>();
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/api/')) files.set(pathname, await response.body());
  });
  await drawnAfter(page, () => page.goto(address));
  await page.waitForLoadState('load');
  expect([...files.keys()]).toEqual(expect.arrayContaining(['/', '/app.js', '/style.css']));
  const bytes = [...files.values()].reduce((sum, body) => sum + gzipSync(body).length, 0);
  console.log(`the page: ${(bytes / 1e3).toFixed(1)} kB gzipped`);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(120_000);
});

test('a script that slips into the page does not run', async (t) => {
  const { address } = await startDashboard(t, { directory: await monthFolder(t) });
  const { page, complaints } = await visit(t, browser, address, {
    allowed: /Content Security Policy|elsewhere/,
  });
  await drawnAfter(page, () => page.goto(address));
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.body.append(script);
    const image = new Image();
    image.src = 'http://127.0.0.1:9/elsewhere.png';
    document.body.append(image);
  });
  await expect.poll(() => complaints.length).toBeGreaterThanOrEqual(2);
  expect(complaints.join('\n')).toMatch(/script-src 'self'/);
  expect(complaints.join('\n')).toMatch(/img-src 'self' data:/);
  expect(await page.title()).not.toBe('taken over');
});

test('30 days are drawn at once', async (t) => {
  const { address } = await startDashboard(t, { directory: await monthFolder(t) });
  const { page } = await visit(t, browser, address);
  const took: number[] = [];
  for (let i = 0; i < 7; i++) {
    await drawnAfter(page, () => page.goto(`${address}?period=30d`));
    took.push(
      await page.evaluate(() => performance.getEntriesByName('scout:draw').at(-1)?.duration ?? Number.NaN),
    );
  }
  const median = took.toSorted((a, b) => a - b)[3] as number;
  console.log(`30 days: drawn within ${median.toFixed(0)} ms of the answer (median of ${took.length})`);
  // The target is 300 ms; this machine has others to serve.
  expect(median).toBeLessThan(1_000);
});
