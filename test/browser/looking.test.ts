/** Looking at a month: periods, a range by dragging, a moment by hovering, and the way back; by mouse and by keyboard. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../../agent/test/support/scout-agent.js';
import { launchChromium } from '../support/chromium.js';
import { chosenRange, countText, drawnAfter, placeAt, tabTo, textOf, total } from './screen.js';
import { monthFolder, startDashboard, visit } from './visit.js';

const HOUR = 3_600_000;
const PERIODS = { '1h': HOUR, '6h': 6 * HOUR, '24h': 24 * HOUR, '7d': 168 * HOUR, '30d': 720 * HOUR };

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function openMonth(t: Parameters<typeof visit>[0], search = '') {
  const { address } = await startDashboard(t, { directory: await monthFolder(t), config: '' });
  const { page } = await visit(t, browser, address);
  const answer = await drawnAfter(page, () => page.goto(address + search));
  return { page, address, answer };
}

test('each period is drawn, named in the address, and found again by going back', async (t) => {
  const { page } = await openMonth(t);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  expect(await button('24h').getAttribute('aria-pressed')).toBe('true');
  for (const [name, millis] of Object.entries(PERIODS)) {
    const { from, to, widthMillis } = await drawnAfter(page, () => button(name).click());
    expect(new URL(page.url()).search).toBe(`?period=${name}`);
    expect(await button(name).getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('#periods [aria-pressed=true]').count()).toBe(1);
    expect(Math.abs(to - from - millis)).toBeLessThanOrEqual(2 * widthMillis);
  }
  await drawnAfter(page, () => page.goBack());
  expect(await button('7d').getAttribute('aria-pressed')).toBe('true');
  await drawnAfter(page, () => page.reload());
  expect(await button('7d').getAttribute('aria-pressed')).toBe('true');
});

test('a dragged range is drawn finer, stands in the address, and double-click goes back', async (t) => {
  const { page, answer } = await openMonth(t, '?period=30d');
  const [begin, end] = [await placeAt(page, 0.25), await placeAt(page, 0.5)];
  const closer = await drawnAfter(page, async () => {
    await page.mouse.move(begin.x, begin.y);
    await page.mouse.down();
    await page.mouse.move(end.x, end.y, { steps: 5 });
    await page.mouse.up();
  });
  const { from, to } = chosenRange(page);
  const tolerance = 0.01 * (answer.to - answer.from);
  expect(Math.abs(from - (answer.from + 0.25 * (answer.to - answer.from)))).toBeLessThan(tolerance);
  expect(Math.abs(to - (answer.from + 0.5 * (answer.to - answer.from)))).toBeLessThan(tolerance);
  expect(closer.widthMillis).toBeLessThan(answer.widthMillis);
  expect(await textOf(page, 'peak')).toBe(countText(total(closer).summary.peak));
  expect(await textOf(page, 'readout')).toBe('Averages of this range');
  expect(await page.locator('#periods [aria-pressed=true]').count()).toBe(0);

  const shared = page.url();
  const { x, y } = await placeAt(page, 0.5);
  await drawnAfter(page, () => page.mouse.dblclick(x, y));
  expect(new URL(page.url()).search).toBe('?period=30d');
  const again = await drawnAfter(page, () => page.goto(shared));
  expect(total(again)).toEqual(total(closer));
  await drawnAfter(page, () => page.locator('#back').click());
});

test('a range that cuts the buckets of its charts tells of itself alone', async (t) => {
  const { page, address } = await openMonth(t, '?period=7d');
  const [begin, end] = [await placeAt(page, 0.311), await placeAt(page, 0.733)];
  await drawnAfter(page, async () => {
    await page.mouse.move(begin.x, begin.y);
    await page.mouse.down();
    await page.mouse.move(end.x, end.y, { steps: 5 });
    await page.mouse.up();
  });
  const { from, to } = chosenRange(page);
  const finest = await fetch(`${address}api/series?from=${from}&to=${to}&points=2000`);
  const own = total(await finest.json()).buckets.filter(([time]) => time >= from && time < to);
  const lowest = Math.min(...own.map(([, low]) => low));
  const peak = Math.max(...own.map(([, , , peak]) => peak));
  expect(own.length).toBeGreaterThan(500);
  expect(await textOf(page, 'peak')).toBe(countText(peak));
  expect(await textOf(page, 'lowest')).toBe(countText(lowest));
  const time = Date.parse((await page.locator('#peak-time').getAttribute('datetime')) ?? '');
  expect(time).toBeGreaterThanOrEqual(from);
  expect(time).toBeLessThan(to);
});

test('an address that names no period is told, until another is chosen', async (t) => {
  const { page } = await openMonth(t, '?period=99h');
  const notice = page.locator('#notice.shown');
  expect(await notice.textContent()).toBe(
    'The address names no period (1h, 6h, 24h, 7d, 30d) and no range that can be shown: these are the last 24 hours.',
  );
  await drawnAfter(page, () => page.getByRole('button', { name: '24h', exact: true }).click());
  expect(await notice.count()).toBe(0);
});

test('a range of another year says so', async (t) => {
  const { page } = await openMonth(t, '?from=2024-12-31T12:00:00Z&to=2025-01-01T12:00:00Z');
  expect(await textOf(page, 'range')).toBe('31 Dec 2024 12:00 – 1 Jan 2025 12:00 UTC');
});

test('what is beside the lines is named where it is', async (t) => {
  const { page } = await openMonth(t, '?period=7d');
  const marks = page.locator('#marks li:visible');
  expect(await marks.allTextContents()).toEqual(
    expect.arrayContaining(['lowest to peak around the average', 'peak of the range', 'weekend']),
  );
  await drawnAfter(page, () => page.getByRole('button', { name: '1h', exact: true }).click());
  expect(await marks.allTextContents()).toContain('peak of the range');
  expect(await marks.allTextContents()).not.toContain('weekend');
});

test('hovering shows the mean, lowest and highest of a moment, in all charts together', async (t) => {
  const { page, answer } = await openMonth(t, '?period=7d');
  const { x, y } = await placeAt(page, 0.4);
  await page.mouse.move(x, y);
  const readout = page.locator('#readout[data-at=bucket]');
  await readout.waitFor();
  const line = page.locator('#legend-connections li', { hasText: 'established' });
  const shown = [await line.locator('.value').textContent(), await line.locator('.band').textContent()];
  const time = answer.from + 0.4 * (answer.to - answer.from);
  const near = total(answer).buckets.filter(([begin]) => Math.abs(begin - time) <= 3 * answer.widthMillis);
  expect(
    near.map(([, low, mean, peak]) => [countText(mean), `${countText(low)} to ${countText(peak)}`]),
  ).toContainEqual(shown);
  const cursors = await page
    .locator('.u-cursor-x')
    .evaluateAll((lines) => lines.map((line) => Math.round(line.getBoundingClientRect().x)));
  expect(cursors).toHaveLength(4);
  expect(new Set(cursors).size).toBe(1);
  await page.mouse.move(2, 2);
  await page.locator('#readout:not([data-at=bucket])').waitFor();
});

test('the cursor and a drag stand while the chart goes on', async (t) => {
  const { address } = await startDashboard(t, { directory: await scratchFolder(t) });
  const { page } = await visit(t, browser, address);
  const nextCycle = () => drawnAfter(page, async () => {});
  await drawnAfter(page, () => page.goto(`${address}?period=1h`));
  await nextCycle();
  const [begin, end] = [await placeAt(page, 0.5), await placeAt(page, 0.9)];
  await page.mouse.move(begin.x, begin.y);
  await page.locator('#readout[data-at=bucket]').waitFor();
  for (let i = 0; i < 3; i++) await nextCycle();
  expect(await page.locator('#readout').getAttribute('data-at')).toBe('bucket');
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 5 });
  for (let i = 0; i < 2; i++) await nextCycle();
  await drawnAfter(page, () => page.mouse.up());
  expect(chosenRange(page).to).toBeGreaterThan(chosenRange(page).from);
});

test('a line is switched on by its name in the legend', async (t) => {
  const { page } = await openMonth(t, '?period=7d');
  const ipv6 = page.getByRole('button', { name: 'IPv6' });
  expect(await ipv6.getAttribute('aria-pressed')).toBe('false');
  await ipv6.click();
  expect(await ipv6.getAttribute('aria-pressed')).toBe('true');
});

test('by keyboard alone: a period, the cursor along the time, closer and back', async (t) => {
  const { page, answer } = await openMonth(t, '?period=7d');
  await tabTo(page, '#periods [data-period="30d"]');
  await drawnAfter(page, () => page.keyboard.press('Enter'));
  await tabTo(page, '#plot-connections');
  const slider = page.getByRole('slider');
  const now = await slider.getAttribute('aria-valuetext');
  expect(now).toMatch(/^Now, .* UTC: established \d/);
  await page.keyboard.press('Home');
  expect(await slider.getAttribute('aria-valuenow')).toBe('0');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('ArrowRight');
  const index = Number(await slider.getAttribute('aria-valuenow'));
  expect(index).toBeGreaterThan(1);
  expect(await slider.getAttribute('aria-valuetext')).toMatch(
    /UTC: established [\d,]+, from [\d,]+ to [\d,]+; CPU busy/,
  );
  const outline = await slider.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).not.toBe('none');
  const closer = await drawnAfter(page, () => page.keyboard.press('+'));
  expect(closer.to - closer.from).toBeLessThan(20 * 24 * HOUR);
  expect(closer.to - closer.from).toBeGreaterThan(answer.to - answer.from);
  await tabTo(page, '#back', 'Shift+Tab');
  await drawnAfter(page, () => page.keyboard.press('Enter'));
  expect(new URL(page.url()).search).toBe('?period=30d');
});
