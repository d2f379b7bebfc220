/** An agent that goes away and comes back. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { procFolder } from '../../agent/test/support/proc-folder.js';
import { scratchFolder } from '../../agent/test/support/scout-agent.js';
import { launchChromium } from '../support/chromium.js';
import { drawnAfter, textOf } from './screen.js';
import { monthFolder, startDashboard, visit } from './visit.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test('a stopped agent is told, and one that is back is shown without a reload', async (t) => {
  const directory = await scratchFolder(t);
  const { agent, address, port } = await startDashboard(t, { directory });
  const { page } = await visit(t, browser, address, {
    // The browser's own words for each request that nobody answers.
    allowed: /Failed to load resource: net::ERR_|net::ERR_/,
  });
  await page.goto(address);
  const notice = page.locator('#notice.shown');
  await page.waitForFunction(() => document.querySelector('#current')?.textContent !== '–');
  expect(await notice.count()).toBe(0);
  await agent.stop();
  await notice.waitFor();
  expect(await textOf(page, 'notice')).toMatch(/^The agent doesn't answer.* \d\d:\d\d:\d\d UTC/);
  const before = await textOf(page, 'readout');

  await startDashboard(t, { directory, port });
  await notice.waitFor({ state: 'detached' });
  await page.waitForFunction((text) => document.querySelector('#readout')?.textContent !== text, before);
  expect(await page.evaluate(() => performance.getEntriesByType('navigation').length)).toBe(1);
});

test('each cycle is shown as it comes', async (t) => {
  const { address } = await startDashboard(t, { directory: await scratchFolder(t) });
  const { page } = await visit(t, browser, address);
  await page.goto(address);
  const seen = new Set<string>();
  await expect
    .poll(async () => seen.add(await textOf(page, 'readout')).size, { timeout: 60_000, interval: 200 })
    .toBeGreaterThan(4);
});

test('a cycle moves the count, the peak and the charts together', async (t) => {
  const proc = await procFolder(t, { tcp: 30 });
  const { address } = await startDashboard(t, {
    directory: await monthFolder(t),
    config: `interval: 1s\nproc: ${proc.path}`,
  });
  const { page } = await visit(t, browser, address);
  await drawnAfter(page, () => page.goto(`${address}?period=7d`));
  await page.waitForFunction(() => document.querySelector('#current')?.textContent === '30');
  await proc.write('tcp', 9_000);
  const seen = await page.waitForFunction(() => {
    const text = (id: string) => document.getElementById(id)?.textContent ?? '';
    if (text('current') !== '9,000') return undefined;
    return { peak: text('peak'), chart: text('description-connections') };
  });
  const { peak, chart } = (await seen.jsonValue()) as { peak: string; chart: string };
  expect(peak).toBe('9,000');
  expect(chart).toContain('peak 9,000 at');
});
