/** Draws the dashboard's pictures under docs/, as a visitor sees them: of generated servers, and of a real count. */
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, type TestContext, test } from 'vitest';
import { accept, startReceiver } from '../../../agent/test/support/receiver.js';
import { scratchFolder } from '../../../agent/test/support/scout-agent.js';
import { launchChromium } from '../../support/chromium.js';
import type { Pattern } from '../../support/generated-history.js';
import { openNamespace } from '../../support/namespace.js';
import { writeHistory } from '../history.js';
import { drawnAfter, placeAt } from '../screen.js';
import { startDashboard, visit } from '../visit.js';
import { liveServer } from './live-server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const MINUTE = 60_000;
const CROWD = fileURLToPath(new URL('crowd.mjs', import.meta.url));
const WIDE = { viewport: { width: 1200, height: 1090 } };
const NARROW = { viewport: { width: 360, height: 940 } };

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

test('a crowd that fires, over the normal peak of a week', async (t) => {
  const { open, proc } = await openServer(
    t,
    { seed: 7, pattern: 'ordinary', days: 9 },
    'alerts: {above-normal-peak: {for: 1m}}',
  );
  const page = await open('?period=1h', { viewport: { width: 1200, height: 1560 }, colorScheme: 'light' });
  await proc.crowd(6);
  await page.locator('#events li[data-severity=critical]').waitFor({ state: 'attached', timeout: 300_000 });
  await page.waitForTimeout(2.5 * MINUTE);
  await page.locator('#show-alerts').click();
  await page.evaluate(() => scrollTo(0, 0));
  await take(page, 'alerts');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 2200 });
  await take(page, 'alerts-narrow');
});

test('real connections, counted by the agent as they come and go', async (t) => {
  const namespace = await openNamespace();
  t.onTestFinished(() => namespace.close());
  await symlink('/proc/stat', join(namespace.proc, 'stat'));
  const crowd = namespace.spawn(process.execPath, [CROWD], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.onTestFinished(() => {
    crowd.stdin?.end();
  });
  await once(crowd.stdout as Readable, 'data');
  crowd.stdin?.write('150\n');
  const { address } = await startDashboard(t, {
    directory: await scratchFolder(t),
    config: `interval: 1s
proc: ${namespace.proc}
interfaces: {include: [lo]}
resource: {host.name: loopback}
alerts:
  rules: [{name: crowd, metric: system.network.connection.count, state: established, above: 600, for: 10s}]`,
  });
  const { page } = await visit(t, browser, address, { viewport: { width: 1200, height: 1560 } });
  await page.goto(`${address}?period=1h`);
  for (let second = 0; second < 300; second++) {
    const wave = 150 + 60 * Math.sin(second / 40) + 8 * Math.sin(second * 2.4);
    const rush = second > 150 && second < 220 ? 300 : 0;
    crowd.stdin?.write(`${Math.round(wave + rush)}\n`);
    await page.waitForTimeout(1_000);
  }
  await page.locator('#events li.over').waitFor({ state: 'attached', timeout: 60_000 });
  await page.locator('#show-alerts').click();
  await page.evaluate(() => scrollTo(0, 0));
  await take(page, 'real');
});
