/** The alerts on the page: what fires, who it was, silence, and what is drawn. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { procFolder } from '../../agent/test/support/proc-folder.js';
import { launchChromium } from '../support/chromium.js';
import { drawnAfter } from './screen.js';
import { monthFolder, startDashboard, visit } from './visit.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test('a rule that fires shows at the head, in the table, with who it was, and ends', async (t) => {
  const proc = await procFolder(t, { tcp: 30 });
  const { address } = await startDashboard(t, {
    directory: await monthFolder(t),
    config: `interval: 1s
proc: ${proc.path}
alerts:
  rules: [{name: crowd, metric: system.network.connection.count, state: established, above: 20}]`,
  });
  const { page } = await visit(t, browser, address);
  await drawnAfter(page, () => page.goto(address));
  const head = page.locator('#alerts');
  await expect.poll(() => head.textContent(), { timeout: 30_000 }).toMatch(/^Alert: crowd$|alerts fire$/);
  await page.locator('#show-alerts').click();
  const crowd = page.getByRole('row', { name: /crowd \(warning\)/ });
  await expect.poll(() => crowd.textContent(), { timeout: 30_000 }).toMatch(/firing \(150.%\)30/);
  const event = page.locator('#events li').filter({ hasText: 'crowd' });
  await expect.poll(() => event.textContent(), { timeout: 30_000 }).toContain('Who it was: 127.0.0.0/24 30');
  expect(await event.textContent()).toContain('still firing');
  const peak = page.getByRole('row', { name: /above-normal-peak \(warning\)/ });
  const why = peak.locator('xpath=following-sibling::tr[1]');
  expect(await why.textContent()).toMatch(/^150 % of the normal peak of [\d,]+ \(/);
  expect(await page.locator('#rules').textContent()).toContain('name: crowd');

  await page.getByRole('button', { name: 'Silence for 1 h' }).click();
  await expect
    .poll(() => page.locator('#silence-words').textContent())
    .toMatch(/^Nobody is told of anything until .* UTC\.$/);
  await page.getByRole('button', { name: 'Tell again' }).click();
  await expect.poll(() => page.locator('#silence-words').textContent()).toBe('');

  await proc.write('tcp', 2);
  await expect.poll(() => event.textContent(), { timeout: 30_000 }).toContain('over at');
});

test('a page about each rule comes from the agent, and the browser has no complaint', async (t) => {
  const { address } = await startDashboard(t, { directory: await monthFolder(t) });
  const { page } = await visit(t, browser, address);
  await page.goto(`${address}runbook-flood.html`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('A flood');
  await page.getByRole('link', { name: 'rising fast' }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Connections are rising fast');
});

test('where nothing is judged the page has no alerts', async (t) => {
  const { address } = await startDashboard(t, {
    directory: await monthFolder(t),
    config: 'interval: 1s\nalerts: false',
  });
  const { page } = await visit(t, browser, address, { allowed: /api\/alerts|404/ });
  await drawnAfter(page, () => page.goto(address));
  expect(await page.locator('#alerts').isVisible()).toBe(false);
  expect(await page.locator('#alerts-details').isVisible()).toBe(false);
});
