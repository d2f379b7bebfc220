/** Draws the dashboard's pictures under docs/: generated servers, seen as a visitor sees them. */
import { writeFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, type TestContext, test } from 'vitest';
import { accept, startReceiver } from '../../../agent/test/support/receiver.js';
import { scratchFolder } from '../../../agent/test/support/scout-agent.js';
import { launchChromium } from '../../support/chromium.js';
import type { Pattern } from '../../support/generated-history.js';
import { writeHistory } from '../history.js';
import { drawnAfter, placeAt } from '../screen.js';
import { startDashboard, visit } from '../visit.js';
import { liveServer } from './live-server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const WIDE = { viewport: { width: 1200, height: 1028 } };
const NARROW = { viewport: { width: 360, height: 880 } };

/** An agent on such a server, and a function that opens its page with a range. */
async function openServer(
  t: TestContext,
  history: { seed: number; pattern: Pattern; days: number },
  alerts = '',
) {
  const directory = await scratchFolder(t);
  await writeHistory(directory, history);
  const proc = await liveServer(t, directory);
  const receiver = await startReceiver(t, accept);
  const { address } = await startDashboard(t, {
    directory,
    config: `proc: ${proc.path}\nresource: {host.name: web-3}\n${alerts}`,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint },
  });
  // The first cycle has no rates yet.
  await receiver.untilTaken(2);
  const open = async (search: string, options: BrowserContextOptions) => {
    const { page } = await visit(t, browser, address, options);
    await drawnAfter(page, () => page.goto(address + search));
    await page.locator('#readout[data-at=now]').waitFor();
    await page.locator('#collector[data-state=good]').waitFor();
    // The same hours of before come last; a month has none.
    if (!search.endsWith('30d')) await page.locator('[data-key^="ghost:"]').first().waitFor();
    return page;
  };
  return { open, proc };
}

/** As WebP, which a browser shows and Playwright itself doesn't write. */
async function take(page: Page, name: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 70 });
  await writeFile(new URL(`../../../docs/dashboard-${name}.webp`, import.meta.url), data, 'base64');
}

test('an ordinary day, light, dark and narrow', async (t) => {
  const { open } = await openServer(t, { seed: 7, pattern: 'ordinary', days: 9 });
  const page = await open('?period=24h', { ...WIDE, colorScheme: 'light' });
  const { x, y } = await placeAt(page, 0.62);
  await page.mouse.move(x, y);
  await page.locator('#readout[data-at=bucket]').waitFor();
  await take(page, 'light');
  await take(await open('?period=24h', { ...WIDE, colorScheme: 'dark' }), 'dark');
  await take(await open('?period=24h', { ...NARROW, colorScheme: 'light' }), 'narrow');
});

test('a leak', async (t) => {
  const { open } = await openServer(t, { seed: 1, pattern: 'leak', days: 30 });
  await take(await open('?period=7d', WIDE), 'leak-7d');
  await take(await open('?period=30d', WIDE), 'leak-30d');
});

test('a spike', async (t) => {
  const { open } = await openServer(t, { seed: 5, pattern: 'spike', days: 8 });
  await take(await open('?period=7d', WIDE), 'spike');
});

test('a gap', async (t) => {
  const { open } = await openServer(t, { seed: 3, pattern: 'outage', days: 8 });
  await take(await open('?period=7d', WIDE), 'gap');
});

test('a crowd that fires', async (t) => {
  const { open, proc } = await openServer(
    t,
    { seed: 7, pattern: 'ordinary', days: 9 },
    'interval: 2s\nalerts: {above-normal-peak: {for: 1m}}',
  );
  const page = await open('?period=6h', { viewport: { width: 1200, height: 1900 }, colorScheme: 'light' });
  await proc.crowd(6);
  await page.getByText('Alerts', { exact: true }).click();
  await page.locator('#events li.critical').waitFor({ timeout: 300_000 });
  await take(page, 'alerts');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take(page, 'alerts-dark');
  await page.setViewportSize({ width: 360, height: 2600 });
  await take(page, 'alerts-narrow');
});
